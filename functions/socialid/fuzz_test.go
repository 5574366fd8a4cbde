package socialid_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/test/endpointtest"
)

// FuzzLogin sends arbitrary requests of an application.
func FuzzLogin(f *testing.F) {
	f.Add("POST", "application/json", "https", "", john, false)
	f.Add("POST", "application/json; charset=utf-16", "http", "", "\xff\xfe{\x00}\x00", false)
	f.Add("POST", "", "", "x=1", `{"username":"\ud800","email_address":"a@b","password":"\u0000"}`, false)
	f.Add("POST", `;charset="utf-8`, "x", "", `{"username":[{}],"password":1}`, false)
	f.Add("POST", "text/plain", "", "", "e30=", true)
	f.Add("GET", "application/json", "", "username=john_doe", "", false)
	e := newEndpoint(f, off)
	right := basic(documentedApplication.ID, documentedApplication.Secret)
	f.Fuzz(func(t *testing.T, method, contentType, scheme, query, body string, encoded bool) {
		check(t, e, events.APIGatewayProxyRequest{
			Resource: resource, Path: resource, HTTPMethod: method, Body: body, IsBase64Encoded: encoded,
			MultiValueHeaders: map[string][]string{
				"authorization": {right}, "content-type": {contentType}, "X-Forwarded-Proto": {scheme},
			},
			MultiValueQueryStringParameters: map[string][]string{query: {query}},
		})
	})
}

// FuzzAuthorization sends whatever can stand in place of an application's id and secret.
func FuzzAuthorization(f *testing.F) {
	right := basic(documentedApplication.ID, documentedApplication.Secret)
	f.Add(right, "")
	f.Add("bAsIc "+right[6:], "")
	f.Add(right, right)
	f.Add("Basic MTM4Og==", "")
	f.Add("Basic OTIyMzM3MjAzNjg1NDc3NTgwODp4", "")
	f.Add("Basic Og==\n", "")
	e := newEndpoint(f, off)
	f.Fuzz(func(t *testing.T, authorization, second string) {
		sent := []string{authorization}
		if second != "" {
			sent = append(sent, second)
		}
		check(t, e, events.APIGatewayProxyRequest{
			Resource: resource, Path: resource, HTTPMethod: http.MethodPost, Body: john,
			MultiValueHeaders: map[string][]string{"Authorization": sent},
		})
	})
}

// check holds every answer to this: it is no fault, and either a login or the envelope of a failure.
func check(t *testing.T, e *endpointtest.Endpoint, event events.APIGatewayProxyRequest) {
	t.Helper()
	e.Log.Reset()
	e.Clock.Advance(time.Millisecond) // there are only 4,096 sign-in ids in each
	response, err := e.Handler(t.Context(), event)
	if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
		t.Fatalf("status %d, error %v; want an answer below 500. Log:\n%s", response.StatusCode, err, e.Log)
	}
	if event.HTTPMethod == http.MethodHead {
		return
	}
	var answer struct {
		Error        string `json:"error"`
		Description  string `json:"error_description"`
		ConnectionID string `json:"connection_id"`
	}
	if err := json.Unmarshal([]byte(response.Body), &answer); err != nil {
		t.Fatalf("body %q: %v", response.Body, err)
	}
	failed := answer.Error != "" && answer.Description != "" && answer.ConnectionID == ""
	if failed == (response.StatusCode == http.StatusCreated) {
		t.Errorf("status %d with body %s", response.StatusCode, response.Body)
	}
}

// FuzzSession sends arbitrary tokens, secrets and fields. None may fail, and only what the login issued is worth anything.
func FuzzSession(f *testing.F) {
	d := newDesk(f, off)
	own := d.logIn(f, documented)
	right := basic(documentedApplication.ID, documentedApplication.Secret)
	f.Add("GET", right, own.ConnectionID, documentedApplication.Secret, "user_id,,display_name")
	f.Add("GET", right, own.LoginToken, documentedApplication.Secret, "\xff")
	f.Add("GET", right, own.signIn, "", "")
	f.Add("DELETE", right+" ", "000000000000015500", "\x00", "x")
	f.Add("GET", "Basic MTM4Og==", "9223372036854775808", "é", ",")
	f.Fuzz(func(t *testing.T, method, authorization, token, secret, fields string) {
		if method == http.MethodDelete && token == own.ConnectionID {
			return // the one session would end
		}
		for resource, e := range map[string]*endpointtest.Endpoint{
			connections + "{connection_id}": d.connection, signIns + "{id}": d.signIn, infoPath: d.info,
		} {
			e.Log.Reset()
			response, err := e.Handler(t.Context(), events.APIGatewayProxyRequest{
				Resource: resource, Path: resource, HTTPMethod: method,
				PathParameters:    map[string]string{"connection_id": token, "id": token},
				MultiValueHeaders: map[string][]string{"Authorization": {authorization}},
				MultiValueQueryStringParameters: map[string][]string{
					"api_secret": {secret}, "token": {token}, "fields": {fields},
				},
			})
			if err != nil || response.StatusCode < 200 || response.StatusCode >= 500 {
				t.Fatalf("%s: status %d, error %v; want an answer below 500. Log:\n%s", resource, response.StatusCode, err, e.Log)
			}
			known := token == own.ConnectionID || token == own.LoginToken || token == own.signIn
			if response.StatusCode == http.StatusOK && !known {
				t.Errorf("%s: %q is worth something", resource, token)
			}
		}
	})
}
