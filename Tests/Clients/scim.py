"""SCIM, tried by scim2-tester with an access token: every check of every resource type that the server names."""
import importlib.metadata

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from part import Part, equal
from server import GROUP, Server

PART = Part("scim")


def passes(result):
    assert result.status in (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE), (
        f"{result.status.name}: {result.reason}\n{str(result.data)[:1000]}"
    )


def covers(results):
    """Resources of both types were made, read, searched, changed and deleted."""
    for resource_type in ("User", "Group"):
        titles = {result.title for result in results if result.resource_type == resource_type}
        for title in (
            "object_creation", "object_query", "search_with_attributes", "object_replacement", "object_deletion",
            "check_add_attribute", "check_remove_attribute", "check_replace_attribute",
        ):
            assert title in titles, f"{title} of {resource_type} is not in {sorted(titles)}"


def is_well(server):
    """The role that was there before is still there."""
    equal(server.request("GET", "/readyz").status, 200)
    assert "a request failed" not in server.log(), server.log()[-2000:]
    assert "Joiner" in server.command("role", "list", "--group", GROUP)


def main():
    with Server() as server:
        server.command("role", "create", "Joiner", "--group", GROUP)
        headers = {"authorization": f"Bearer {server.access_token}"}
        with Client(base_url=server.url + "/scim/v2", headers=headers) as client:
            results = check_server(SyncSCIMClient(client))
        for result in results:
            PART.check(f"{result.resource_type or 'service'}, {result.title}", passes, result)
        PART.check("the run", covers, results)
        PART.check("the server is well", is_well, server)
    PART.end(f"scim2-tester {importlib.metadata.version('scim2-tester')}")


main()
