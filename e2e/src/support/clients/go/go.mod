module clb-direct/call-clb

go 1.24

require github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common v1.3.209
