// Calls CLB by the client of the official Go SDK that all products share, as another program says: lines of JSON come
// in, one answer to each goes out. The only argument is JSON: {"endpoint", "region", "secretId", "secretKey"}.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	sdkerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	sdkhttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

type settings struct {
	Endpoint, Region, SecretId, SecretKey string
}

type wanted struct {
	Action  string
	Request map[string]any
}

type refusal struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestId string `json:"requestId"`
}

type outcome struct {
	Answer json.RawMessage `json:"answer,omitempty"`
	Error  *refusal        `json:"error,omitempty"`
}

func connect(text string) (*common.Client, error) {
	var given settings
	if err := json.Unmarshal([]byte(text), &given); err != nil {
		return nil, err
	}
	how := profile.NewClientProfile()
	how.HttpProfile.Scheme = "HTTP"
	how.HttpProfile.Endpoint = given.Endpoint
	how.HttpProfile.ReqTimeout = 10
	how.Language = "en-US"
	return common.NewCommonClient(common.NewCredential(given.SecretId, given.SecretKey), given.Region, how), nil
}

func call(client *common.Client, what wanted) (json.RawMessage, error) {
	request := sdkhttp.NewCommonRequest("clb", "2018-03-17", what.Action)
	if err := request.SetActionParameters(what.Request); err != nil {
		return nil, err
	}
	response := sdkhttp.NewCommonResponse()
	if err := client.Send(request, response); err != nil {
		return nil, err
	}
	var whole struct{ Response json.RawMessage }
	err := json.Unmarshal(response.GetBody(), &whole)
	return whole.Response, err
}

func outcomeOf(answer json.RawMessage, err error) (outcome, error) {
	if err == nil {
		return outcome{Answer: answer}, nil
	}
	var refused *sdkerrors.TencentCloudSDKError
	if errors.As(err, &refused) {
		return outcome{Error: &refusal{refused.Code, refused.Message, refused.RequestId}}, nil
	}
	return outcome{}, err
}

func run() error {
	client, err := connect(os.Args[1])
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var what wanted
		if err := json.Unmarshal(lines.Bytes(), &what); err != nil {
			return err
		}
		told, err := outcomeOf(call(client, what))
		if err != nil {
			return err
		}
		if err := answers.Encode(told); err != nil {
			return err
		}
	}
	return lines.Err()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
