"""Calls CLB by the official Python SDK, as another program says: lines of JSON come in, one answer to each goes out.

The only argument is JSON: {"endpoint", "region", "method", "unsignedPayload", "secretId", "secretKey"}; without a
secretId the credentials are those of TKE's pod identity, which its variables of the environment describe.
"""

import json
import sys

from tencentcloud.clb.v20180317 import clb_client, models
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile


def credential_of(settings):
    if "secretId" in settings:
        return credential.Credential(settings["secretId"], settings["secretKey"])
    found = credential.DefaultTkeOIDCRoleArnProvider().get_credential()
    found.endpoint = "http://" + settings["endpoint"]
    return found


def connect(settings):
    http = HttpProfile(protocol="http", endpoint=settings["endpoint"], reqMethod=settings["method"], reqTimeout=10)
    profile = ClientProfile(httpProfile=http, language="en-US")
    profile.unsignedPayload = settings["unsignedPayload"]
    return clb_client.ClbClient(credential_of(settings), settings["region"], profile)


def call(client, action, wanted):
    request = getattr(models, action + "Request")()
    request.from_json_string(json.dumps(wanted))
    try:
        return {"answer": json.loads(getattr(client, action)(request).to_json_string())}
    except TencentCloudSDKException as error:
        return {"error": {"code": error.code, "message": error.message, "requestId": error.requestId}}


def main():
    client = connect(json.loads(sys.argv[1]))
    for line in sys.stdin:
        wanted = json.loads(line)
        print(json.dumps(call(client, wanted["action"], wanted["request"])), flush=True)


main()
