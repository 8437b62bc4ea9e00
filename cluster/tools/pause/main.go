// Command pause is what a pod's sandbox runs: it waits for SIGTERM and reaps the processes that are orphaned to it.
// Given a command it is an init: it runs the command, hands signals on to it, and ends as the command ends.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGCHLD, syscall.SIGINT, syscall.SIGTERM)
	child := start(os.Args[1:])
	for received := range signals {
		switch {
		case received == syscall.SIGCHLD:
			reap(child)
		case child == 0:
			os.Exit(0)
		default:
			_ = syscall.Kill(child, received.(syscall.Signal))
		}
	}
}

func start(command []string) int {
	if len(command) == 0 {
		return 0
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		fail(err)
	}
	process, err := os.StartProcess(path, command, &os.ProcAttr{Files: []*os.File{os.Stdin, os.Stdout, os.Stderr}})
	if err != nil {
		fail(err)
	}
	return process.Pid
}

// reap collects every process that has ended: signals merge, so one SIGCHLD may stand for many.
func reap(child int) {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err != nil || pid <= 0 {
			return
		}
		if pid == child {
			os.Exit(exitCode(status))
		}
	}
}

func exitCode(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(127)
}
