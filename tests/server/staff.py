"""Staff who fill in forms of the back office over HTTP, without a browser."""

import http.client
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.serving import Server

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    """The fields of one form of a page, as a browser would send them."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.fields = action, Fields()
        self._is_inside = False
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        name = values.get("name", "")
        if tag == "form":
            self._is_inside = values.get("id", "") == self.action
        elif not self._is_inside:
            return
        elif tag == "input" and name and values.get("type") not in {"submit", "file", "checkbox"}:
            self.fields.append((name, values.get("value", "")))
        elif tag == "input" and name and values.get("type") == "checkbox" and "checked" in values:
            self.fields.append((name, values.get("value", "on")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in values:
            self.fields.append((self._select, values.get("value", "")))
        elif tag == "textarea" and name:
            self._textarea = name
            self.fields.append((name, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[-1] = (self._textarea, self.fields[-1][1] + data.removeprefix("\n"))


class Staff:
    """Somebody who has logged in to the back office."""

    def __init__(self, server: Server) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._cookies: dict[str, str] = {}
        credentials = {"username": server.demo["admin_username"], "password": server.demo["admin_password"]}
        self.submit("/admin/login/", "login-form", **credentials)

    def __enter__(self) -> "Staff":
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def submit(self, path: str, form: str, **changed: str | None) -> None:
        """Open a page, change fields of the form with this id (None: an empty checkbox), and send it."""
        status, page = self._ask("GET", path)
        assert status == 200, (path, status)
        parser = _Form(form)
        parser.feed(page)
        assert parser.fields, f"{path} has no form {form}."
        kept = [(name, value) for name, value in parser.fields if name not in changed]
        given = [(name, value) for name, value in changed.items() if value is not None]
        status, page = self._ask("POST", path, urlencode(kept + given))
        # Who is led on has saved; the page again would name what is wrong.
        assert status == 302, (path, status, "errorlist" in page)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        for line in response.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return response.status, response.read().decode()
