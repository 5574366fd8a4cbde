package target

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// patience is longer than API Gateway lets any answer take (29 s), so that a client of this package never gives up first.
const patience = 35 * time.Second

// Client is one client of a target, at an address of its own within 127.0.0.0/8, which the whole of this machine answers to:
// so a test has as many sources as it likes.
type Client struct{ http http.Client }

// NewClient is a client at 127.x.y.z, which keeps its connections.
func NewClient(address string) *Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	const connections = 256 // more than any test has under way, so that none is closed between two requests
	return &Client{http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the answer is what counts
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConns: connections, MaxIdleConnsPerHost: connections,
			DisableCompression: true,
		},
	}}
}

// Close ends the client's idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Answer is what a client was told, and how long it waited for that.
type Answer struct {
	Verdict Verdict
	Status  int
	Header  http.Header
	Body    string
	Took    time.Duration
}

// Login sends one login to a target and reads the whole answer. The error is one of the network: there was no answer.
func (c *Client) Login(ctx context.Context, at Target, product Product, username, password string) (Answer, error) {
	request, err := product.Request(at.URL(), username, password)
	if err != nil {
		return Answer{}, err
	}
	return c.Send(request.WithContext(ctx), product)
}

// Send sends a request of one's own making to a product's endpoint.
func (c *Client) Send(request *http.Request, product Product) (Answer, error) {
	began := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return Answer{}, fmt.Errorf("reading the answer: %w", err)
	}
	return Answer{
		Verdict: product.Read(response.StatusCode, string(body)), Status: response.StatusCode, Header: response.Header,
		Body: string(body), Took: time.Since(began),
	}, nil
}
