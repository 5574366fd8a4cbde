package crafter_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/test/endpointtest"
)

// FuzzLogin sends arbitrary requests. None may panic, get a 500, or log in without a right password, and every response is
// one message.
func FuzzLogin(f *testing.F) {
	f.Add("POST", "application/json", "", "", right, false)
	f.Add("POST", "application/json; charset=utf-16", "", "", "\xff\xfe{\x00}\x00", false)
	f.Add("POST", "application/x-www-form-urlencoded", "", "", "username=admin&password=%zz+x", false)
	f.Add("POST", "text/plain", "admin", "guess", "", false)
	f.Add("GET", "", "admin", "\xed\xa0\x80", "", false)
	f.Add("GET", `;charset="utf-8`, "", "", `{"username":"\ud800","password":["x"]}`, true)
	f.Add("PUT", "application/json", "\x00", "", "e30=", true)
	e := newEndpoint(f, off)
	f.Fuzz(func(t *testing.T, method, contentType, username, password, body string, encoded bool) {
		e.Log.Reset()
		response, err := e.Handler(t.Context(), events.APIGatewayProxyRequest{
			Resource: resource, Path: resource, HTTPMethod: method, Body: body, IsBase64Encoded: encoded,
			MultiValueHeaders: map[string][]string{"Content-Type": {contentType}},
			MultiValueQueryStringParameters: map[string][]string{
				"username": {username}, "password": {password},
			},
		})
		if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
			t.Fatalf("status %d, error %v; want an answer below 500. Log:\n%s", response.StatusCode, err, e.Log)
		}
		var answer struct {
			Message string `json:"message"`
		}
		if method != "HEAD" && (json.Unmarshal([]byte(response.Body), &answer) != nil || answer.Message == "") {
			t.Errorf("body %q, want a message", response.Body)
		}
		_, cookie := response.MultiValueHeaders["Set-Cookie"]
		if cookie != (response.StatusCode == 200) {
			t.Errorf("status %d, and a cookie is set: %t", response.StatusCode, cookie)
		}
	})
}

// FuzzSession sends arbitrary cookies and bodies to the endpoints behind the login. None may fail, and only one session is good.
func FuzzSession(f *testing.F) {
	s := newStudio(f, off)
	good := s.logIn(f, nil).Get("Cookie")
	f.Add("GET", good, "", "admin", "")
	f.Add("POST", good, "JSESSIONID=", "", `{"username":"admin","current":"x","new":"\ud800"}`)
	f.Add("POST", "JSESSIONID=0000000000000001\x00; =;;JSESSIONID", good, "zoé", "\xff")
	f.Add("GET", "JSESSIONID=ffffffffffffffff"+good[27:], "", "", "")
	f.Fuzz(func(t *testing.T, method, cookie, second, username, body string) {
		for resource, e := range map[string]*endpointtest.Endpoint{validatePath: s.validate, getPath: s.user, changePath: s.change} {
			response, err := e.Handler(t.Context(), events.APIGatewayProxyRequest{
				Resource: resource, Path: resource, HTTPMethod: method, Body: body,
				MultiValueHeaders:               map[string][]string{"Cookie": {cookie, second}},
				MultiValueQueryStringParameters: map[string][]string{"username": {username}},
			})
			if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
				t.Fatalf("%s: status %d, error %v; want an answer below 500. Log:\n%s", resource, response.StatusCode, err, e.Log)
			}
			if response.StatusCode == 200 && !strings.Contains(cookie+"; "+second, good) {
				t.Errorf("%s: %q, %q is a session", resource, cookie, second)
			}
			e.Log.Reset()
		}
	})
}
