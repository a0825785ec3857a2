from cti.base.http.routes import Endpoint
from cti.base.visitor import Visitor
from cti.office.identity.api import IdentityApi
from cti.office.identity.screens import SCREENS
from cti.office.opening import api as opening
from cti.office.screens import lint
from cti.office.screens.registry import Screens
from cti.web import Web


def visitor(*permissions):
    return Visitor("1", "li", "李", None, "city", "320400", permissions=frozenset(permissions))


async def test_the_screens_fit_the_routes(identity):
    web = Web(identity.sessions)
    routes = IdentityApi(identity, web.hub.end_session).routes()
    # What a region lacks to open is answered by another part of the core.
    routes += opening.routes(None)
    assert lint.problems(SCREENS, [Endpoint.of(one) for one in routes]) == []


def test_everybody_sees_what_he_may():
    screens = Screens()
    screens.add(SCREENS)

    def names(*permissions):
        return {one.name for one in screens.seen_by(visitor(*permissions))[1]} - {"absences"}

    assert {one.name for one in screens.seen_by(visitor())[1]} == {"absences"}, "everybody writes down his own"
    assert names("agent.work") == set()
    assert names("people.see") == {"people", "groups", "organisations", "roles", "regions"}
    assert names("people.see", "people.manage") == {*names("people.see"), "sessions", "api_keys"}
    assert names("audit.see") == {"audit"} and names("keys.make") == {"my_keys"}
    (people,) = [one for one in screens.seen_by(visitor("people.see"))[1] if one.name == "people"]
    assert people.create is None and people.list is not None and people.list.row == () == people.list.actions
