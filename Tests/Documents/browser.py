"""A browser without scripts, for programs that make what a document takes for given."""
import http.client
import urllib.parse


class Browser:
    def __init__(self, address):
        self.address, self.cookies = address, {}

    def opened(self, path, form):
        """The page that a form leads to; without a form, the page of a path."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.address).netloc)
        connection.request("POST" if form else "GET", path, urllib.parse.urlencode(form), {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": self.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())})
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return self.opened(answer.headers["Location"], {}) if answer.status == 303 else answer.read().decode()
