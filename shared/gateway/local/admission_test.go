package local

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// counter is a handler that stops each request until it is let go, and knows which ones it has begun.
type counter struct {
	mutex   sync.Mutex
	begun   []string // paths, in the order in which they were begun
	running int
	ended   int
	next    chan struct{}
	err     func() error // of the context of the request that was begun last
}

func (c *counter) handle(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	c.change(func() {
		c.begun = append(c.begun, event.QueryStringParameters["n"])
		c.running++
		c.err = ctx.Err
	})
	<-c.next
	c.change(func() { c.running--; c.ended++ })
	return events.APIGatewayProxyResponse{StatusCode: 200, Body: "done"}, nil
}

func (c *counter) change(what func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	what()
}

func (c *counter) check(t *testing.T, begun []string, running, ended int) {
	t.Helper()
	c.change(func() {
		if !slices.Equal(c.begun, begun) || c.running != running || c.ended != ended {
			t.Errorf("begun %v, running %d, ended %d; want %v, %d, %d", c.begun, c.running, c.ended, begun, running, ended)
		}
	})
}

// send starts a request and gives the channel that its answer will come through, once it has gone as far as it can.
func send(ctx context.Context, g *Gateway, n string) <-chan string {
	answer := make(chan string, 1)
	go func() {
		recorder := httptest.NewRecorder()
		g.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, "POST", "/auth/login?n="+n, nil))
		answer <- summary(recorder)
	}()
	synctest.Wait()
	return answer
}

const late = "504 application/json InternalServerErrorException " + `{"message": "Endpoint request timed out"}`

func TestFewRequestsAtOnceInTheirOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{next: make(chan struct{})}
		g := newGateway(t, io.Discard, c.handle, Options{Places: 2})
		names := []string{"1", "2", "3", "4", "5"}
		var answers []<-chan string
		for _, name := range names {
			answers = append(answers, send(t.Context(), g, name))
		}
		c.check(t, names[:2], 2, 0)
		for i := range names {
			c.next <- struct{}{}
			synctest.Wait()
			ended := i + 1
			c.check(t, names[:min(2+ended, len(names))], min(2, len(names)-ended), ended)
		}
		for i, answer := range answers {
			if got, want := <-answer, "200 application/json  done"; got != want {
				t.Errorf("request %s got %s, want %s", names[i], got, want)
			}
		}
	})
}

func TestClientLeavesWhileItWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{next: make(chan struct{})}
		g := newGateway(t, io.Discard, c.handle, Options{Places: 1})
		first := send(t.Context(), g, "1")
		impatient, leave := context.WithCancel(t.Context())
		left := send(impatient, g, "2")
		third := send(t.Context(), g, "3")
		leave()
		<-left
		c.next <- struct{}{}
		c.next <- struct{}{}
		<-first
		<-third
		c.check(t, []string{"1", "3"}, 0, 2)
	})
}

func TestClientLeavesWhileItsRequestIsHandled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{next: make(chan struct{})}
		g := newGateway(t, io.Discard, c.handle, Options{Places: 1})
		impatient, leave := context.WithCancel(t.Context())
		left := send(impatient, g, "1")
		leave()
		<-left
		next := send(t.Context(), g, "2")
		c.check(t, []string{"1"}, 1, 0)
		if err := c.err(); err != nil {
			t.Errorf("the handler was told to stop: %v", err)
		}
		c.next <- struct{}{}
		c.next <- struct{}{}
		<-next
		c.check(t, []string{"1", "2"}, 0, 2)
	})
}

func TestTimeIsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{next: make(chan struct{})}
		g := newGateway(t, io.Discard, c.handle, Options{Places: 1})
		start := time.Now()
		handled := send(t.Context(), g, "1")
		waiting := send(t.Context(), g, "2")
		if got := <-handled; got != late {
			t.Errorf("got  %s\nwant %s", got, late)
		}
		if took := time.Since(start); took != integrationTimeout { // the bubble's clock, which moves only when all wait
			t.Errorf("answered after %s, want %s", took, integrationTimeout)
		}
		c.check(t, []string{"1"}, 1, 0) // still handled, and still in its place
		time.Sleep(time.Hour)
		c.next <- struct{}{}
		c.next <- struct{}{}
		if got, want := <-waiting, "200 application/json  done"; got != want {
			t.Errorf("who waited for a place got %s, want %s", got, want)
		}
		c.check(t, []string{"1", "2"}, 0, 2)
	})
}

func TestDrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{next: make(chan struct{})}
		g := newGateway(t, io.Discard, c.handle, Options{Places: 2})
		handled := []<-chan string{send(t.Context(), g, "1"), send(t.Context(), g, "2")}
		waiting := send(t.Context(), g, "3")
		drained := make(chan error, 1)
		go func() { drained <- g.Drain(t.Context()) }()
		want := `503 application/json ServiceUnavailableException {"message":"Service Unavailable"}`
		if got := <-waiting; got != want {
			t.Errorf("who waited got %s\nwant %s", got, want)
		}
		for _, answer := range handled {
			synctest.Wait()
			if len(drained) > 0 {
				t.Error("it is drained while a request is handled")
			}
			c.next <- struct{}{}
			if got, want := <-answer, "200 application/json  done"; got != want {
				t.Errorf("who was handled got %s, want %s", got, want)
			}
		}
		if err := <-drained; err != nil {
			t.Errorf("draining ended with %v", err)
		}
		if got := <-send(t.Context(), g, "4"); got != want {
			t.Errorf("who came later got %s\nwant %s", got, want)
		}
		c.check(t, []string{"1", "2"}, 0, 2)
	})
}

func TestDrainGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counter{next: make(chan struct{})}
		g := newGateway(t, io.Discard, c.handle, Options{Places: 3})
		answer := send(t.Context(), g, "1")
		hurried, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.Drain(hurried); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("draining a running handler ended with %v, want %v", err, context.DeadlineExceeded)
		}
		c.next <- struct{}{}
		<-answer
	})
}
