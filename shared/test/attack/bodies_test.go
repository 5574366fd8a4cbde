package attack_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gatehouse/shared/test/target"
)

// inStep is sent behind every strike on the same connection. Its answer is the gateway's own, which costs nothing, and shows
// that the server still knows where a request begins: who can put it out of step can smuggle requests past a proxy.
const (
	inStep   = "GET /in-step HTTP/1.1\r\nHost: gatehouse.example\r\nConnection: close\r\n\r\n"
	isInStep = "Missing Authentication Token"
)

// mostMemory bounds what a process may ever have had in memory, in bytes: three times what was seen, 84 MB for a function,
// which has a body of 10 MB as sent, in base64, and decoded, until the garbage is collected. What swells by decompression
// or is kept would go far beyond.
const mostMemory = 256 << 20

// TestBodies sends what is no login: oversized, malformed, compressed beyond measure, no HTTP at all. No strike may log
// anybody in, be answered with a fault, hang, or leave its connection out of step; afterwards everybody can log in. No
// limits are set, which would hide what comes after them.
func TestBodies(t *testing.T) {
	t.Parallel()
	settings := target.Settings{"SOURCE_LIMIT": "0", "ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0"}
	onBoth(t, settings, func(t *testing.T, at target.Target) {
		from := client(t, "127.0.6.1")
		for _, product := range target.Products {
			a := newArsenal(t, product)
			strikeAll(t, at, product, slices.Concat(a.bodies(), a.oddities()))
			answer, err := from.Login(t.Context(), at, product, product.User.Username, product.User.Password)
			if err != nil || answer.Verdict != target.Accepted {
				t.Errorf("%s: a right login afterwards is %s (%v), want accepted", product.Name, answer.Verdict, err)
			}
		}
		memory(t, at, mostMemory)
	})
}

// memory reports the most that each process has had, and holds it against a bound, both in bytes.
func memory(t *testing.T, at target.Target, bound float64) {
	t.Helper()
	var text strings.Builder
	for _, pid := range at.PIDs() {
		_, most, err := target.Memory(pid)
		if err != nil || most > bound {
			t.Errorf("a process had %.0f MB in memory (%v), want at most %.0f", most/(1<<20), err, bound/(1<<20))
		}
		fmt.Fprintf(&text, " %.0f", most/(1<<20))
	}
	t.Logf("the most that the processes had in memory, in MB:%s", text.String())
}

// strikeAll carries out all strikes, eight at a time.
func strikeAll(t *testing.T, at target.Target, product target.Product, strikes []strike) {
	t.Helper()
	var mutex sync.Mutex
	statuses := map[string]int{}
	work := make(chan strike)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for s := range work {
				status, breach := s.carryOut(at, product)
				if breach != "" {
					t.Errorf("%s, %s: %s; it begins %.500q", product.Name, s.name, breach, s.wire)
				}
				mutex.Lock()
				statuses[status]++
				mutex.Unlock()
			}
		})
	}
	for _, s := range strikes {
		work <- s
	}
	close(work)
	wait.Wait()
	var text strings.Builder
	for _, status := range slices.Sorted(maps.Keys(statuses)) {
		fmt.Fprintf(&text, ", %s: %d", status, statuses[status])
	}
	t.Logf("%s: %d hostile requests%s", product.Name, len(strikes), text.String())
}

// noAnswer is what comes from a server that has had enough.
const noAnswer = "no answer"

// carryOut sends a strike over a connection of its own, and reports how it was answered, and what of that is a breach.
func (s strike) carryOut(at target.Target, product target.Product) (status, breach string) {
	status = noAnswer
	connection, err := dial(at)
	if err != nil {
		return status, "it finds no connection: " + err.Error()
	}
	defer connection.Close()
	go s.send(connection) // the answer may come before all is sent
	inOrder := false      // the connection is in step, or said to be closed
	for reader := bufio.NewReader(connection); ; {
		got, err := read(reader)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return status, "the connection hangs"
		}
		if err != nil {
			break
		}
		if status == noAnswer && got.status != http.StatusContinue {
			status = strconv.Itoa(got.status)
		}
		switch verdict := product.Read(got.status, got.body); {
		case verdict == target.Accepted:
			return status, "it is accepted: " + got.body
		case verdict == target.Fault && !blamesTheClient(got.status):
			return status, fmt.Sprintf("it is answered with a fault: %d %s", got.status, got.body)
		}
		inOrder = got.last || strings.Contains(got.body, isInStep)
	}
	if status != noAnswer && !s.short && !inOrder {
		return status, "the connection is out of step behind it"
	}
	return status, ""
}

// send sends the strike, and what keeps or ends the connection behind it. It fails where the server has had enough.
func (s strike) send(connection *net.TCPConn) {
	_, err := connection.Write(s.wire)
	for range s.times {
		if err == nil {
			_, err = connection.Write(s.then)
		}
	}
	if s.short {
		_ = connection.CloseWrite()
		return
	}
	_, _ = io.WriteString(connection, inStep)
}

// reply is one answer on a connection, which may say that it is the last.
type reply struct {
	status int
	body   string
	last   bool
}

// read reads one. Of a reply that is cut off its head is enough.
func read(from *bufio.Reader) (reply, error) {
	response, err := http.ReadResponse(from, nil)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return reply{}, err
	}
	return reply{response.StatusCode, string(body), response.Close}, nil
}

// blamesTheClient: two statuses of 5xx say that the server does not speak the client's HTTP (RFC 9110, 15.6.2 and 15.6.6).
func blamesTheClient(status int) bool {
	return status == http.StatusNotImplemented || status == http.StatusHTTPVersionNotSupported
}
