package sessions_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/shared/product"
	"gatehouse/shared/test/tools"
)

// proxies run the configurations of the manual: the file, what stands around it here, and the command.
var proxies = map[string]struct {
	file, listens string
	around        func(config, folder string) string
	command       func(file string) []string
}{
	"nginx": {
		"examples/nginx/nginx.conf", "listen 80;",
		func(config, folder string) string {
			var paths strings.Builder
			for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
				fmt.Fprintf(&paths, "%s_temp_path %s/%s;\n", kind, folder, kind)
			}
			return "daemon off; master_process off; error_log stderr; pid " + folder + "/pid;\nevents {}\nhttp {\naccess_log off;\n" +
				paths.String() + config + "\n}\n"
		},
		func(file string) []string { return []string{"-c", file} },
	},
	"caddy": {
		"examples/caddy/Caddyfile", "http://:80 ",
		func(config, _ string) string { return "{\nadmin off\n}\n" + config },
		func(file string) []string { return []string{"run", "--adapter", "caddyfile", "--config", file} },
	},
}

// freeAddress returns an address of this machine where nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// TestProxies logs in, uses the backend behind a real proxy, logs out, and tries to use it again.
func TestProxies(t *testing.T) {
	t.Parallel()
	for program := range proxies {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			tools.Program(t, program)
			testProxy(t, program)
		})
	}
}

func testProxy(t *testing.T, program string) {
	h := newHouse(t)
	gatehouse := h.serve()
	var calls atomic.Int64
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		fmt.Fprintf(w, "user %q, email %q, name %q", r.Header.Values("Remote-User"), r.Header.Values("Remote-Email"), r.Header.Values("Remote-Name"))
	}))
	t.Cleanup(backend.Close)
	proxy := start(t, program, strings.TrimPrefix(gatehouse.URL, "http://"), strings.TrimPrefix(backend.URL, "http://"))
	p := chosen(proxies[program].file)

	use := func(cookies []*http.Cookie) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, proxy+"/orders", nil)
		check(t, err)
		for _, cookie := range cookies {
			request.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		}
		for _, forged := range []string{"Remote-User", "Remote-Email", "Remote-Name"} {
			request.Header.Set(forged, "forged")
		}
		status, body, _ := send(t, request)
		return status, body
	}
	if status, body := use(nil); status != http.StatusUnauthorized || calls.Load() > 0 {
		t.Errorf("without a session: %d %s after %d calls", status, body, calls.Load())
	}
	base := gatehouse.URL
	if named(proxies[program].file, p.Login.Endpoint.Path) {
		base = proxy
	}
	login, err := p.Login.Request(t.Context(), base, p.Login.Name, p.Login.User.Password)
	check(t, err)
	status, body, cookies := send(t, login)
	if status != p.Login.Accepted || len(cookies) == 0 {
		t.Fatalf("login: %d %s", status, body)
	}
	want := fmt.Sprintf("user %q, email %q, name %q", []string{p.Login.User.Username}, []string{p.Login.User.Email},
		[]string{strings.ReplaceAll(p.Login.User.Name, " ", "%20")})
	for range 2 {
		if status, body := use(cookies); status != http.StatusOK || body != want {
			t.Errorf("with a session: %d %s, want %s", status, body, want)
		}
	}
	h.logOut(t, proxy, proxies[program].file, p, cookies)
	before := calls.Load()
	if status, body := use(cookies); status != http.StatusUnauthorized {
		t.Errorf("after the logout: %d %s", status, body)
	}
	gatehouse.Close()
	if status, body := use(cookies); status < http.StatusInternalServerError {
		t.Errorf("without Gatehouse: %d %s", status, body)
	}
	if calls.Load() != before {
		t.Error("the backend was called for nobody")
	}
}

// chosen returns the product whose login a configuration passes on; if that product was removed, another with a cookie.
func chosen(file string) product.Product {
	withCookie := slices.DeleteFunc(functions.Products(), func(p product.Product) bool { return p.Session.Cookie == "" })
	at := slices.IndexFunc(withCookie, func(p product.Product) bool { return named(file, p.Login.Endpoint.Path) })
	return withCookie[max(at, 0)]
}

// named reports whether a configuration names a path.
func named(file, path string) bool {
	text, err := os.ReadFile(file)
	return err == nil && strings.Contains(string(text), path)
}

// logOut logs out through the proxy, or revokes the session of a product that the configuration does not name.
func (h *house) logOut(t *testing.T, proxy, file string, p product.Product, cookies []*http.Cookie) {
	t.Helper()
	for _, endpoint := range p.Endpoints {
		if endpoint.Access&product.Ends == 0 || !named(file, endpoint.Path) {
			continue
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, proxy+endpoint.Path, nil)
		check(t, err)
		for _, cookie := range cookies {
			request.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		}
		if status, body, _ := send(t, request); status >= http.StatusBadRequest {
			t.Fatalf("logout: %d %s", status, body)
		}
		return
	}
	for _, cookie := range cookies {
		post(h.revoke, revokePath, "token="+cookie.Value)
	}
}

// start runs a proxy with the configuration of the manual until the test ends, and returns its URL.
func start(t *testing.T, program, gatehouse, backend string) string {
	t.Helper()
	p := proxies[program]
	address, folder := freeAddress(t), t.TempDir()
	text, err := os.ReadFile(p.file)
	check(t, err)
	config := string(text)
	for was, is := range map[string]string{
		p.listens: strings.ReplaceAll(strings.ReplaceAll(p.listens, "//:80", "//"+address), " 80", " "+address), "127.0.0.1:3000": gatehouse, "127.0.0.1:8080": backend,
	} {
		if !strings.Contains(config, was) {
			t.Fatalf("%s does not contain %q", p.file, was)
		}
		config = strings.ReplaceAll(config, was, is)
	}
	file, log := filepath.Join(folder, "config"), filepath.Join(folder, "log")
	check(t, os.WriteFile(file, []byte(p.around(config, folder)), 0o600))
	output, err := os.Create(log)
	check(t, err)
	defer output.Close()
	command := exec.Command(program, p.command(file)...)
	command.Dir, command.Stdout, command.Stderr = folder, output, output
	command.Env = append(os.Environ(), "HOME="+folder, "XDG_DATA_HOME="+folder, "XDG_CONFIG_HOME="+folder)
	check(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	for range 200 {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			return "http://" + address
		}
		time.Sleep(50 * time.Millisecond)
	}
	said, _ := os.ReadFile(log)
	t.Fatalf("%s does not listen at %s:\n%s", program, address, said)
	return ""
}

// send returns the response to a request, without following redirects.
func send(t *testing.T, request *http.Request) (status int, body string, cookies []*http.Cookie) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	check(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	check(t, err)
	return response.StatusCode, string(text), response.Cookies()
}
