// Sends one review repeatedly, each time over one of a few kept TLS connections, as an API server does: HTTP/1.1,
// TLS 1.3, the request in writes of at most 4 KiB. Prints one JSON object.
package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// What net/http of Go buffers.
	writeSize = 4096
	// /proc counts CPU in hundredths of a second on every Linux that Go supports.
	ticksPerSecond = 100
	answerLimit    = 10 * time.Second
)

type figures struct {
	Reviews      int     `json:"reviews"`
	Seconds      float64 `json:"seconds"`
	P50Us        float64 `json:"p50Us"`
	P99Us        float64 `json:"p99Us"`
	ServerCPU    float64 `json:"serverCpuSeconds"`
	ClientCPU    float64 `json:"clientCpuSeconds"`
	FirstAnswerS float64 `json:"firstAnswerSeconds"`
}

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1")
	review := flag.String("review", "", "file with the review")
	connections := flag.Int("connections", 16, "kept connections")
	warmUp := flag.Duration("warm-up", time.Second, "not counted")
	duration := flag.Duration("duration", 3*time.Second, "counted")
	pid := flag.Int("pid", 0, "process of the server, whose CPU time is read")
	since := flag.Int64("since", 0, "only waits for the first answer, in seconds since this Unix time in ms")
	flag.Parse()
	body, err := os.ReadFile(*review)
	if err != nil {
		fail(err)
	}
	target := target{port: *port, request: requestOf(body)}
	if *since != 0 {
		fmt.Println(toJSON(waitForFirst(target, time.UnixMilli(*since))))
		return
	}
	result, err := measure(target, *connections, *warmUp, *duration, *pid)
	if err != nil {
		fail(err)
	}
	fmt.Println(toJSON(result))
}

type target struct {
	port    int
	request []byte
}

func requestOf(body []byte) []byte {
	head := "POST /mutate-pods?timeout=5s HTTP/1.1\r\nHost: clb-direct-webhook.clb-direct.svc:443\r\n" +
		"User-Agent: kube-apiserver-admission\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n" +
		"Accept: application/json, */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
	return append([]byte(head), body...)
}

type connection struct {
	tls    *tls.Conn
	reader *bufio.Reader
}

func (t target) dial() (*connection, error) {
	// Whose certificate it is makes no difference to what is measured.
	config := &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS13}
	dialer := &net.Dialer{Timeout: answerLimit}
	conn, err := tls.DialWithDialer(dialer, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(t.port)), config)
	if err != nil {
		return nil, err
	}
	return &connection{tls: conn, reader: bufio.NewReaderSize(conn, writeSize)}, nil
}

// One review; anything but a patch is an error, so that no server wins by answering something else.
func (t target) ask(c *connection) error {
	if err := c.tls.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return err
	}
	for piece := range slices.Chunk(t.request, writeSize) {
		if _, err := c.tls.Write(piece); err != nil {
			return err
		}
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	isPatch := bytes.Contains(answer, []byte(`"patch":"`)) && bytes.Contains(answer, []byte(`"allowed":true`))
	if response.StatusCode != http.StatusOK || !isPatch {
		return fmt.Errorf("status %d, no patch: %.200s", response.StatusCode, answer)
	}
	return nil
}

func waitForFirst(t target, since time.Time) figures {
	for time.Since(since) < time.Minute {
		if c, err := t.dial(); err == nil {
			err = t.ask(c)
			c.tls.Close()
			if err == nil {
				return figures{FirstAnswerS: time.Since(since).Seconds()}
			}
		}
		time.Sleep(time.Millisecond)
	}
	fail(errors.New("no answer within a minute"))
	return figures{}
}

func measure(t target, connections int, warmUp, duration time.Duration, pid int) (figures, error) {
	opened := make([]*connection, connections)
	for i := range opened {
		c, err := t.dial()
		if err != nil {
			return figures{}, err
		}
		defer c.tls.Close()
		opened[i] = c
	}
	if _, err := askUntil(t, opened, time.Now().Add(warmUp)); err != nil {
		return figures{}, err
	}
	serverBefore, clientBefore, startedAt := cpuOf(pid), ownCPU(), time.Now()
	latencies, err := askUntil(t, opened, startedAt.Add(duration))
	if err != nil {
		return figures{}, err
	}
	seconds := time.Since(startedAt).Seconds()
	serverCPU, clientCPU := cpuOf(pid)-serverBefore, ownCPU()-clientBefore
	slices.Sort(latencies)
	return figures{
		Reviews: len(latencies), Seconds: seconds, ServerCPU: serverCPU, ClientCPU: clientCPU,
		P50Us: micros(latencies, 0.50), P99Us: micros(latencies, 0.99),
	}, nil
}

func askUntil(t target, connections []*connection, end time.Time) ([]time.Duration, error) {
	latencies := make([][]time.Duration, len(connections))
	failures := make([]error, len(connections))
	var all sync.WaitGroup
	for i, c := range connections {
		all.Go(func() {
			for failures[i] == nil && time.Now().Before(end) {
				askedAt := time.Now()
				failures[i] = t.ask(c)
				latencies[i] = append(latencies[i], time.Since(askedAt))
			}
		})
	}
	all.Wait()
	return slices.Concat(latencies...), errors.Join(failures...)
}

func micros(sorted []time.Duration, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(share*float64(len(sorted)-1))]) / float64(time.Microsecond)
}

func ownCPU() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

// Fields 14 and 15 of /proc/PID/stat; the name in field 2 may hold spaces, so they are counted behind it.
func cpuOf(pid int) float64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		fail(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	ticks := 0
	for _, field := range fields[11:13] {
		count, err := strconv.Atoi(field)
		if err != nil {
			fail(err)
		}
		ticks += count
	}
	return float64(ticks) / ticksPerSecond
}

func toJSON(result figures) string {
	text, err := json.Marshal(result)
	if err != nil {
		fail(err)
	}
	return string(text)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
