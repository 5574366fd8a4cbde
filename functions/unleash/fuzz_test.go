package unleash_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/directory"
)

// newEvent is a proxy event for the endpoint, with the body in base64 as the gateway delivers it.
func newEvent(method string, header http.Header, body []byte) events.APIGatewayProxyRequest {
	return events.APIGatewayProxyRequest{
		Resource: resource, Path: resource, HTTPMethod: method, MultiValueHeaders: header,
		Body: base64.StdEncoding.EncodeToString(body), IsBase64Encoded: true,
	}
}

var entityTag = regexp.MustCompile(`^W/"[0-9a-f]+-[0-9A-Za-z+/]{27}"$`)

// FuzzLogin sends anything: the answer is never a fault, and always whole.
func FuzzLogin(f *testing.F) {
	right := []byte(`{"username":"alice","password":"right"}`)
	f.Add("POST", "application/json", "", "", right)
	f.Add("POST", "application/json; charset=utf-16", "", "", []byte(bigEndian(string(right))))
	f.Add("POST", "application/json", "gzip", "", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xabV*-N-\xcaK\xccMU"))
	f.Add("POST", "application/json", "deflate", "", []byte("\x78\x9c\xabV*-N-\xcaK\xccMU"))
	f.Add("POST", "application/json; charset=\"bogus", "identity", "", right)
	f.Add("POST", "application/x-www-form-urlencoded", "", "", []byte("username=alice"))
	f.Add("POST", "application/json", "", "unleash-session=s", []byte(`{"username":["\ud800",1e400,{"2":0}],"password":""}`))
	f.Add("POST", "application/json", "", "", []byte(`{"username":"alice@example.com","password":-1.50e-7,"x":[[[]]]}`))
	f.Add("OPTIONS", "", "", "", []byte(""))
	f.Add("GET", "text/plain", "br", "", []byte("\xff\xfe"))
	e := newEndpoint(f, unlimited())
	e.Add(directory.Entry{Username: "alice", Email: "alice@example.com", Password: "right"})
	f.Fuzz(func(t *testing.T, method, contentType, encoding, cookie string, body []byte) {
		e.Log.Reset()
		header := http.Header{"Content-Type": {contentType}, "Content-Encoding": {encoding}, "Cookie": {cookie}}
		answer, err := e.Handler(t.Context(), newEvent(method, header, body))
		if err != nil || answer.StatusCode < 200 || answer.StatusCode >= 500 {
			t.Fatalf("status %d, error %v, body %s; want an answer below 500", answer.StatusCode, err, answer.Body)
		}
		tag := strings.Join(answer.MultiValueHeaders["Etag"], ", ")
		if !entityTag.MatchString(tag) {
			t.Errorf("ETag %q, want one as Express makes them", tag)
		}
		if method != http.MethodOptions && method != http.MethodHead && !json.Valid([]byte(answer.Body)) {
			t.Errorf("body %q, want JSON", answer.Body)
		}
		accepted := answer.StatusCode == http.StatusOK && method == http.MethodPost
		if cookies := answer.MultiValueHeaders["Set-Cookie"]; accepted != (len(cookies) == 1) {
			t.Errorf("status %d with the cookies %q, want one cookie on success only", answer.StatusCode, cookies)
		}
	})
}
