package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"gatehouse/functions"
	"gatehouse/shared/product"
)

// setUp sets what scripts know of the products, so that none names one: their number, and the demo's accounts as serve lists them.
func setUp(env *testscript.Env) {
	var users, applications []string
	for _, p := range functions.Products() {
		users = append(users, p.Login.User.Username)
		if app := p.Login.Application; app != nil {
			applications = append(applications, fmt.Sprintf("application %d", app.ID))
		}
	}
	everyone := caller(nil)
	for name, value := range map[string]string{
		"BCRYPT_COST": "4", "PRODUCTS": strconv.Itoa(len(users)),
		"DEMO":     strings.Join(append(users, applications...), ", "),
		"DEMO_APP": strings.Join(applications, ", "),
		"PRODUCT":  everyone.Name, "USERNAME": everyone.Login.User.Username, "PASSWORD": everyone.Login.User.Password,
	} {
		env.Setenv(name, value)
	}
}

// caller returns the first product whose clients are applications, which log in as this one; without one, the first whose are
// not.
func caller(app *product.Application) (found product.Product) {
	for _, p := range functions.Products() {
		if (p.Login.Application != nil) == (app != nil) {
			found = p
			break
		}
	}
	found.Login.Application = app
	return found
}

// logIn is the command login of scripts: the outcome goes to stdout as "accepted" or as the status of the refusal.
func logIn(ts *testscript.TestScript, _ bool, args []string) {
	var app *product.Application
	if len(args) == 4 && args[0] == "-app" {
		app = &product.Application{}
		if _, err := fmt.Sscanf(args[1], "%d:%s", &app.ID, &app.Secret); err != nil {
			ts.Fatalf("login -app ID:SECRET: %v", err)
		}
		args = args[2:]
	}
	if len(args) != 2 {
		ts.Fatalf("usage: login [-app ID:SECRET] NAME PASSWORD")
	}
	login := caller(app).Login
	request, err := login.Request(context.Background(), ts.Getenv("URL"), args[0], args[1])
	ts.Check(err)
	response, _, err := send(request) //nolint:bodyclose // send closes it
	ts.Check(err)
	if response.StatusCode == login.Accepted {
		fmt.Fprintln(ts.Stdout(), "accepted")
		return
	}
	fmt.Fprintln(ts.Stdout(), "refused:", response.Status)
}

// paste is the command paste of scripts. It uses no curl, which a machine may lack.
func paste(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(strings.ReplaceAll(ts.ReadFile(args[0]), "\\\n", " ")) {
		words := words(line)
		if len(words) == 0 || words[0] != "curl" {
			continue
		}
		request, err := requestOf(words[1:])
		ts.Check(err)
		response, body, err := send(request) //nolint:bodyclose // send closes it
		ts.Check(err)
		fmt.Fprintln(ts.Stdout(), response.Proto, response.Status)
		ts.Check(response.Header.Write(ts.Stdout()))
		fmt.Fprintf(ts.Stdout(), "\n%s\n", body)
	}
}

// words splits a line as a shell does. The banner's have no syntax but single quotes.
func words(line string) []string {
	var all []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			all = append(all, part)
			continue
		}
		all = append(all, strings.Fields(part)...)
	}
	return all
}

// requestOf returns the request that curl would send.
func requestOf(args []string) (*http.Request, error) {
	method, url, body, header := http.MethodGet, "", "", http.Header{}
	for i := 0; i < len(args); i++ {
		flag := args[i]
		if !strings.HasPrefix(flag, "-") {
			url = flag
			continue
		}
		if i++; i == len(args) {
			return nil, fmt.Errorf("curl: %s has no value", flag)
		}
		switch value := args[i]; flag {
		case "-iX":
			method = value
		case "-H":
			name, text, _ := strings.Cut(value, ":")
			header.Set(name, strings.TrimSpace(text))
		case "-d":
			body = value
		case "--user":
			header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(value)))
		default:
			return nil, fmt.Errorf("curl: unknown flag %s", flag)
		}
	}
	request, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err == nil {
		request.Header = header
	}
	return request, err
}

// send returns the response and its whole body.
func send(request *http.Request) (*http.Response, string, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}
