"""The trading page as a browser gets it: its files, their compressed copies, what may be kept. Of
whatever page the binary has, the terminal or the one that says that there is none."""

import gzip
import re
import shutil
import socket
import subprocess

import case
from rest import Rest

POLICY = ("default-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
          "form-action 'self'; frame-ancestors 'none'; object-src 'none'")
FOREVER = "public, max-age=31536000, immutable"
# Names that Vite gave: they end in a hash.
HASHED = re.compile(r"/assets/.*-[A-Za-z0-9_-]{8}\.[a-z0-9]+")
LINK = re.compile(r"""(?:src|href)=["']([^"']+)["']""")
# Paths that Vite writes into scripts for what is loaded later.
LATER = re.compile(r"""["'`](?:\./|/?assets/)([A-Za-z0-9._-]+-[A-Za-z0-9_-]{8}\.(?:js|css))["'`]""")
UNBROTLI = "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(0)))"
OF_THE_API = ("/api", "/ws", "/healthz", "/readyz")


class Site(case.DaemonCase):
    @classmethod
    def setup_broker(cls):
        cls.rest = Rest(cls.daemon.client_port)

    def get(self, path, **headers):
        return self.rest.get(path, **{key.replace("_", "-"): text for key, text in headers.items()})

    def plain(self, path):
        answer = self.get(path, Accept_Encoding="identity")
        self.assertEqual(answer.status, 200, f"{path}: {answer}")
        self.assertIsNone(answer.headers["Content-Encoding"], path)
        return answer

    def files(self):
        """Every file that can be reached from the page."""
        found = ["/"]
        for path in found:
            text = self.plain(path).body.decode("utf-8", "replace")
            links = LINK.findall(text) if path == "/" else []
            links += ["/assets/" + name for name in LATER.findall(text)]
            for link in links:
                if link not in found and not link.startswith(OF_THE_API):
                    found.append(link)
            self.assertLess(len(found), 200)
        return found

    def test_the_page(self):
        page = self.plain("/")
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertTrue(page.body.startswith(b"<!doctype html>"))
        self.assertEqual(page.headers["Content-Security-Policy"], POLICY)
        self.assertEqual(page.headers["Cache-Control"], "no-cache")
        self.assertEqual(page.headers["Cross-Origin-Opener-Policy"], "same-origin")
        self.assertIsNotNone(page.headers["Permissions-Policy"])
        self.assertEqual(self.plain("/index.html").body, page.body)
        self.assertEqual(self.plain("/?a=1").body, page.body)

    def test_all_that_the_page_needs_is_there(self):
        files = self.files()
        self.assertGreaterEqual(len(files), 3, files)
        for path in files:
            answer = self.plain(path)
            self.assertTrue(path.startswith("/"), f"{path} is of another origin")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", path)
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer", path)
            self.assertEqual(answer.headers["Cross-Origin-Resource-Policy"], "same-origin", path)
            self.assertEqual(answer.headers["Cache-Control"],
                             FOREVER if HASHED.fullmatch(path) else "no-cache", path)
            self.assertEqual(answer.headers["Vary"], "Accept-Encoding", path)

    def test_compressed_copies_are_the_same_file(self):
        node = shutil.which("node")  # where the page was built it is at hand
        for path in self.files():
            plain = self.plain(path)
            tags = {plain.headers["ETag"]}
            for encoding in ("gzip", "br"):
                answer = self.get(path, Accept_Encoding=encoding)
                self.assertEqual(answer.status, 200, path)
                self.assertEqual(answer.headers["Content-Type"], plain.headers["Content-Type"])
                self.assertEqual(int(answer.headers["Content-Length"]), len(answer.body))
                if answer.headers["Content-Encoding"] is None:
                    self.assertEqual(answer.body, plain.body, path)
                    continue
                self.assertEqual(answer.headers["Content-Encoding"], encoding, path)
                self.assertLess(len(answer.body), len(plain.body), path)
                self.assertNotIn(answer.headers["ETag"], tags, path)
                tags.add(answer.headers["ETag"])
                if encoding == "gzip":
                    self.assertEqual(gzip.decompress(answer.body), plain.body, path)
                elif node:
                    whole = subprocess.run([node, "-e", UNBROTLI], input=answer.body, check=True,
                                           capture_output=True, timeout=60).stdout
                    self.assertEqual(whole, plain.body, path)

    def test_the_smallest_copy_that_is_welcome(self):
        sizes = {}
        for accept in ("br, gzip", "gzip", "identity"):
            sizes[accept] = len(self.get("/", Accept_Encoding=accept).body)
        self.assertLessEqual(sizes["br, gzip"], sizes["gzip"])
        self.assertLessEqual(sizes["gzip"], sizes["identity"])
        self.assertIsNone(self.get("/", Accept_Encoding="gzip;q=0, br;q=0")
                          .headers["Content-Encoding"])
        nothing = self.get("/", Accept_Encoding="identity;q=0, *;q=0")
        self.assertEqual((nothing.status, nothing.code), (406, "VALIDATION"))

    def test_a_copy_that_is_still_good_is_not_sent_again(self):
        for path in self.files():
            for accept in ("identity", "gzip", "br"):
                first = self.get(path, Accept_Encoding=accept)
                tag = first.headers["ETag"]
                self.assertRegex(tag, r'^"[0-9a-f]{32}(-gzip|-br)?"$')
                for known in (tag, "W/" + tag, f'"x", {tag}', "*"):
                    again = self.get(path, Accept_Encoding=accept, If_None_Match=known)
                    self.assertEqual((again.status, again.body), (304, b""), f"{path} {known}")
                    for name in ("ETag", "Cache-Control", "Vary"):
                        self.assertEqual(again.headers[name], first.headers[name], path)
                for known in ('"x"', tag.strip('"'), tag[:-1]):
                    again = self.get(path, Accept_Encoding=accept, If_None_Match=known)
                    self.assertEqual((again.status, again.body), (200, first.body), known)

    def test_head(self):
        for path in self.files():
            got = self.get(path, Accept_Encoding="gzip")
            head = self.rest.call("HEAD", path, headers={"Accept-Encoding": "gzip"})
            self.assertEqual((head.status, head.body), (200, b""), path)
            for name in ("Content-Length", "Content-Type", "Content-Encoding", "ETag"):
                self.assertEqual(head.headers[name], got.headers[name], f"{path} {name}")

    def test_other_methods(self):
        for path in self.files():
            for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
                answer = self.rest.call(method, path)
                self.assertEqual((answer.status, answer.code), (405, "METHOD_NOT_ALLOWED"), path)
                self.assertEqual(answer.headers["Allow"], "GET, HEAD")

    def test_paths_that_are_not_the_page(self):
        asset = self.files()[-1]
        for path in ["/favicon.ico", "/Index.html", "/index.html/", "/./index.html", "//", "/.",
                     "/..", "/../", "/../../../etc/passwd", "/assets/../index.html",
                     "/assets/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                     "/..%2f..%2fetc%2fpasswd", "/assets/..%5c..%5cetc%5cpasswd",
                     "/%2findex.html", "/index.html%00", "/%00", "/assets", "/assets/",
                     asset + "/", asset + ".gz", asset + ".br", "/" + asset, "/etc/passwd",
                     "/" + "a/" * 2000]:
            answer = self.get(path)
            self.assertIn(answer.status, (400, 404), f"{path}: {answer}")
            self.assertNotIn(b"root:", answer.body)
            self.assertNotIn(b"<html", answer.body, path)

    def test_the_api_stays_what_it_was(self):
        self.assertEqual(self.get("/healthz").headers.get_content_type(), "application/json")
        self.assertEqual(self.get("/api/profile").status, 401)
        self.assertEqual(self.get("/api").code, "NOT_FOUND")
        self.assertEqual(self.get("/ws").status, 426)
        self.assertEqual(Rest(self.daemon.admin_port).get("/").code, "NOT_FOUND")

    def test_many_at_once_on_one_connection(self):
        """As of a client that sends all its requests before it reads the first answer."""
        files = self.files()[:8]
        wanted = [self.plain(path).body for path in files]
        received = b""
        with socket.create_connection(("127.0.0.1", self.daemon.client_port), 30) as sock:
            for path in files:
                sock.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            sock.shutdown(socket.SHUT_WR)
            while more := sock.recv(65536):
                received += more
        for body in wanted:
            head, _, received = received.partition(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 200 OK\r\n"), head)
            self.assertEqual(received[:len(body)], body)
            received = received[len(body):]
        self.assertEqual(received, b"")


if __name__ == "__main__":
    case.main()
