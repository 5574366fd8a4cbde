package attack_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/test/target"
)

// slow is a client that never finishes its request: it sends a beginning, and then a byte now and then.
type slow struct {
	name    string
	begins  string
	allowed time.Duration // by shared/cmd/gatehouse/httpserver.go, after which serve ends the connection
}

var slows = []slow{
	{"silence", "", 10 * time.Second},
	{"slow headers", "POST /auth/simple/login HTTP/1.1\r\nHost: gatehouse.example\r\nX-Slow: ", 10 * time.Second},
	{
		"slow bodies", "POST /auth/simple/login HTTP/1.1\r\nHost: gatehouse.example\r\nContent-Type: application/json\r\n" +
			"Content-Length: 1000\r\n\r\n", time.Minute,
	},
	{
		"withheld bodies", "POST /auth/simple/login HTTP/1.1\r\nHost: gatehouse.example\r\nContent-Type: application/json\r\n" +
			"Content-Length: 10000000\r\n\r\n" + strings.Repeat(" ", 9_000_000), time.Minute,
	},
}

// tolerance is for a machine that does other things at the same time.
const tolerance = 5 * time.Second

// mostBeside bounds what serve may have in memory beside all the slow connections of a run, in bytes: about twice what was
// seen, 23 MB, and 67 in the long form. The withheld bodies are 180 MB, and 1.8 GB.
func mostBeside() float64 { return float64(amount(64, 128) << 20) }

// TestSlowClients: connections that send a byte now and then take no place from logins and little memory, and the long form
// waits until serve has ended each of them in its time. Functions never see such a connection: API Gateway gives them whole requests.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	at := site.Serve(t, unlimited)
	target.FillDemo(t, at.Store(), cheap)
	var ends []chan time.Duration
	var begun sync.WaitGroup
	each := amount(20, 200)
	for _, s := range slows {
		for range each {
			connection, err := dial(at)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			begun.Add(1)
			ends = append(ends, s.trickle(connection, begun.Done))
		}
	}
	begun.Wait()
	rightLogins(t, at, len(ends))
	memory(t, at, mostBeside())
	if !*long {
		return
	}
	for i, s := range slows {
		var longest time.Duration
		for _, end := range ends[i*each : (i+1)*each] {
			longest = max(longest, <-end)
		}
		t.Logf("%d connections of %s: all ended after %.1f s, allowed are %s", each, s.name, longest.Seconds(), s.allowed)
		if longest > s.allowed+tolerance {
			t.Errorf("%s: a connection was open for %s, allowed are %s", s.name, longest, s.allowed)
		}
	}
	rightLogins(t, at, 0)
}

// trickle sends the beginning, keeps the connection busy, and sends how long it was open once the server has ended it.
func (s slow) trickle(connection net.Conn, begun func()) chan time.Duration {
	end := make(chan time.Duration, 1)
	began := time.Now()
	go func() {
		_, err := io.WriteString(connection, s.begins)
		begun()
		for err == nil && s.begins != "" {
			time.Sleep(200 * time.Millisecond)
			_, err = io.WriteString(connection, "a")
		}
	}()
	go func() {
		_, _ = io.Copy(io.Discard, connection) // ends with the connection, or with patience, which is longer than allowed
		end <- time.Since(began)
	}()
	return end
}

// rightLogins are answered although so many slow connections are open.
func rightLogins(t *testing.T, at target.Target, open int) {
	t.Helper()
	logins := amount(20, 200)
	from := client(t, "127.0.7.1")
	var guesses []guess
	for i := range logins {
		product := target.Products[i%len(target.Products)]
		guesses = append(guesses, guess{from, product, product.User.Username, product.User.Password, ""})
	}
	counts := tallyOf(atOnce(t, at, guesses))
	t.Logf("%d right logins beside %d slow connections: %d accepted", logins, open, counts[target.Accepted])
	if counts[target.Accepted] != logins {
		t.Errorf("%d right logins beside %d slow connections: %v, want all accepted", logins, open, counts)
	}
}
