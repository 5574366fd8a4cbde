package endpointtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Exchange is one request and the response of the real server.
type Exchange struct {
	Request struct {
		Method  string      `json:"method"`
		Path    string      `json:"path"`
		Headers [][2]string `json:"headers"`
		Body    string      `json:"body"`
		Jar     *string     `json:"jar"` // in a conversation: the cookie jar; nil for a client without one
	} `json:"request"`
	Response Recorded `json:"response"`
}

// Recorded is a response of the real server, and how ours is compared with it.
type Recorded struct {
	Status       int         `json:"status"`
	ContentType  string      `json:"content_type"`
	Body         string      `json:"body"`
	Match        string      `json:"match"`
	SetsCookie   []string    `json:"sets_cookie"`
	ClearsCookie []string    `json:"clears_cookie"`
	Headers      [][2]string `json:"headers"` // each must be there
}

// Case is one exchange by itself.
type Case struct {
	Name string `json:"case"`
	Exchange
}

// Load reads recorded cases, one JSON object a line.
func Load[T any](file string) (cases []T, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		var c T
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// Header returns the request's headers.
func (e Exchange) Header() http.Header {
	header := http.Header{}
	for _, pair := range e.Request.Headers {
		header.Add(pair[0], pair[1])
	}
	return header
}

// transport adds no header to a recorded request but those that HTTP demands.
var transport = &http.Transport{DisableCompression: true}

// Send sends the request to a server at a URL and reads the whole answer.
func (e Exchange) Send(ctx context.Context, url string) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, e.Request.Method, url+e.Request.Path, strings.NewReader(e.Request.Body))
	if err != nil {
		return Answer{}, err
	}
	request.Header = e.Header()
	request.Host = request.Header.Get("Host") // "": the URL's
	response, err := transport.RoundTrip(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return Answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}, err
}

// Replay sends every case of a file to the endpoint and reports each answer that differs.
func Replay(t *testing.T, e *Endpoint, file string) {
	t.Helper()
	cases, err := Load[Case](file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		answer := e.Do(c.Request.Method, c.Request.Path, c.Header(), c.Request.Body)
		if err := c.Response.Check(answer, nil, false); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	t.Logf("%d recorded exchanges replayed", len(cases))
}
