"""Does with Fastly's Python client what it reads on stdin, one JSON object a line, and prints what came of each."""

import json
import sys

import fastly
from fastly.api import sudo_api, tokens_api
from fastly.model.sudo_request import SudoRequest


class Configuration(fastly.Configuration):
    """Leaves out credentials that are not there, for which the client would send a header of None."""

    def auth_settings(self):
        return {name: auth for name, auth in super().auth_settings().items() if auth["value"] is not None}


def client(job):
    if "key" in job:
        configuration = Configuration()
        configuration.api_token = job["key"]
    else:
        configuration = Configuration(username=job["username"], password=job["password"])
    return fastly.ApiClient(configuration)


def api(kind, job):
    """Each operation names its host itself: here it gets another one."""
    instance = kind(client(job))
    for endpoint in vars(instance).values():
        if isinstance(endpoint, fastly.api_client.Endpoint):
            endpoint.settings["servers"] = [{"url": job["url"]}]
    return instance


# Its schema has no null, which Fastly answers (recorded) for a token that never expires.
UNCHECKED = {"_check_return_type": False}


def run(job):
    tokens = api(tokens_api.TokensApi, job)
    match job["op"]:
        case "create":
            return tokens.create_token(**UNCHECKED).to_dict()
        case "self":
            return tokens.get_token_current(**UNCHECKED).to_dict()
        case "get":
            return tokens.get_token(job["id"], **UNCHECKED).to_dict()
        case "list":
            return [token.to_dict() for token in tokens.list_tokens_user(**UNCHECKED)]
        case "customer":
            return [token.to_dict() for token in tokens.list_tokens_customer(job["customer"], **UNCHECKED)]
        case "revoke":
            return tokens.revoke_token(job["id"])
        case "revoke-self":
            return tokens.revoke_token_current()
        case "bulk":
            data = [{"type": "token", "id": token} for token in job["ids"]]
            return tokens.bulk_revoke_tokens(request_body={"data": data})
        case "sudo":
            request = SudoRequest(username=job["username"], password=job["password"])
            return api(sudo_api.SudoApi, job).request_sudo_access(sudo_request=request).to_dict()
    raise ValueError(job["op"])


for line in sys.stdin:
    try:
        answer = {"value": run(json.loads(line))}
    except fastly.ApiException as error:
        answer = {"status": error.status, "body": error.body}
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer, default=str), flush=True)
