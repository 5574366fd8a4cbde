package aisquare_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

// FuzzLogin sends arbitrary requests. None may panic, get a 500, or log in without a right password, and every response is
// one JSON object.
func FuzzLogin(f *testing.F) {
	const form, multipart = "application/x-www-form-urlencoded", "multipart/form-data; boundary=B"
	f.Add("POST", "application/json", "*/*", "", right, false)
	f.Add("POST", "application/json; charset=utf-16", "application/json; indent=4", "json", "\xff\xfe{\x00}\x00", false)
	f.Add("POST", `*/*;charset="utf-8`, "text/html;q=0, */*", "api", `{"login":"\ud800\u0000","password":[1e400]}`, false)
	f.Add("POST", "application/json", "", "xml", `[-0.0,{"x":123456789012345678901234567890}]`, false)
	f.Add("POST", form, "*/*", "", "login=jane.doe&password=%zz+%C3%28", false)
	f.Add("POST", form+"; charset=iso-8859-1", "*/*", "", "login=zo%EB&password=p\xe4ssw%F6rd%26", false)
	file := part(`name="login"`, "jane.doe") + part(`name="password"; filename="x"`, "x") + "--B--"
	f.Add("POST", multipart, "*/*", "", file, false)
	f.Add("POST", multipart+"; charset=utf-16", "*/*", "", part(`name="login"`, "\xff\xfej\x00")+"--B", false)
	f.Add("POST", "text/plain\u2028", "application/*", "", "x", false)
	f.Add("OPTIONS", "", "*/*;indent=8", "", "e30=", true)
	f.Add("\"\xff", "", "*/*", "", "%", true)
	e := newEndpoint(f, off)
	f.Fuzz(func(t *testing.T, method, contentType, accept, format, body string, encoded bool) {
		response, err := e.Handler(t.Context(), events.APIGatewayProxyRequest{
			Resource: resource, Path: path, HTTPMethod: method, Body: body, IsBase64Encoded: encoded,
			MultiValueHeaders:               map[string][]string{"Content-Type": {contentType}, "Accept": {accept}},
			MultiValueQueryStringParameters: map[string][]string{"format": {format}},
		})
		if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
			t.Fatalf("status %d, error %v; want an answer below 500", response.StatusCode, err)
		}
		var answer map[string]any
		if err := json.Unmarshal([]byte(response.Body), &answer); method != "HEAD" && (err != nil || len(answer) == 0) {
			t.Errorf("body %q, want a JSON object: %v", response.Body, err)
		}
		_, cookies := response.MultiValueHeaders["Set-Cookie"]
		if accepted := response.StatusCode == 200 && method == "POST"; cookies != accepted {
			t.Errorf("status %d to %s, and cookies are set: %t", response.StatusCode, method, cookies)
		}
	})
}

// FuzzCredentials sends arbitrary cookies, tokens and proofs of origin to every view. None may panic or get a 500, nobody is
// authenticated by anything but a stored token, and every response is one JSON object.
func FuzzCredentials(f *testing.F) {
	f.Add("POST", "sessionid=S; csrftoken=x", "Token T", "https://login.example.com", "https://login.example.com/", "x", "{}")
	f.Add("PUT", `sessionid="S"; csrftoken="`+masked+`"`, "token  T ", "null", "https://[/", masked, "revoke_token=on")
	f.Add("DELETE", "csrftoken=\xff; sessionid=; =; ;", "Token \xff", "", "//", "\u2028", `{"old_password":"x"`)
	f.Add("GET", "sessionid=S", "Basic x", "", "", "", "")
	s := newSite(f, map[string]string{"AISQUARE_RESPONSE": "both", "ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "0"})
	f.Fuzz(func(t *testing.T, method, cookie, authorization, origin, referer, csrf, body string) {
		for name, view := range s.views {
			response, err := view.Handler(t.Context(), events.APIGatewayProxyRequest{
				Resource: "/api/v1/iam/accounts/" + name, Path: "/api/v1/iam/accounts/" + name + "/", HTTPMethod: method, Body: body,
				MultiValueHeaders: map[string][]string{
					"cookie": {cookie}, "Authorization": {authorization}, "origin": {origin}, "Referer": {referer},
					"X-CSRFToken": {csrf}, "X-Forwarded-Proto": {"https"}, "Content-Type": {"application/x-www-form-urlencoded"},
				},
			})
			var got map[string]any
			if method != "HEAD" && json.Unmarshal([]byte(response.Body), &got) != nil || err != nil || response.StatusCode >= 500 {
				t.Errorf("%s: got %d %s, %v", name, response.StatusCode, response.Body, err)
			}
			if name != "login" && response.StatusCode < 300 {
				t.Errorf("%s: nobody was authenticated: %d %s", name, response.StatusCode, response.Body)
			}
		}
	})
}
