package faults

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/test/dynamolocal"
)

// inTheCloud is what histories on DynamoDB are held to: [settings], with the lock's default, and the SDK's three tries.
var inTheCloud = rules{policy: attempts.Policy{Limit: 3, Lockout: 30 * time.Minute, Cap: 100}, writes: 3}

// weather chooses faults at random: single ones, and now and then one that hits a number of requests in a row, as an outage.
type weather struct {
	random *rand.Rand
	outage dynamolocal.Fault
	left   int // requests until it ends
	done   map[dynamolocal.Fault]int
}

// How often. A login has four requests or more, so one in three meets something. What hangs takes 2.5 s: there is less of it.
const (
	single        = 0.09
	outages       = 0.004
	longestOutage = 30 // requests, which several logins share
	hanging       = 0.25
)

func (w *weather) choose(call dynamolocal.Call) dynamolocal.Fault {
	fault := dynamolocal.None
	draw, which := w.random.Float64(), dynamolocal.Faults[w.random.IntN(len(dynamolocal.Faults))]
	switch {
	case w.left > 0:
		w.left--
		fault = w.outage
	case which == dynamolocal.Hang && w.random.Float64() > hanging: // not this time
	case draw < outages:
		w.outage, w.left = which, w.random.IntN(longestOutage)
		fault = which
	case draw < outages+single:
		fault = which
	}
	if fault != dynamolocal.None && fault.Fits(call.Operation) {
		w.done[fault]++
	}
	return fault
}

func (w *weather) String() string {
	var text strings.Builder
	for _, fault := range dynamolocal.Faults {
		fmt.Fprintf(&text, " %s %d", fault, w.done[fault])
	}
	return text.String()
}

// TestFaultsAtRandom: whatever happens to whichever request, under load, the tables and the answers agree.
func TestFaultsAtRandom(t *testing.T) {
	t.Parallel()
	playTime := 6 * time.Second
	if *long {
		playTime = 150 * time.Second
	}
	cloud := site.Cloud(t)
	proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
	defer proxy.Close()
	gateway := cloud.Via(proxy.Endpoint).Gateway(settings.Uncapped(), 2)
	f := newField(t, gateway, proxy.Settle)
	sky := &weather{random: rand.New(rand.NewPCG(*seed, 0)), done: map[dynamolocal.Fault]int{}}
	proxy.Choose(sky.choose)
	ends := time.Now().Add(playTime)
	f.playAll(f.groups(1, 1, 1, 1, 1, 1, 1, 1, 4, 4), func() bool { return time.Now().After(ends) })
	proxy.Choose(nil)
	proxy.Settle()
	t.Logf("faults:%s", sky)
	judge(t, gateway)
	in, err := inDynamoDB(t.Context(), cloud)
	f.check(err)
	f.examine(inTheCloud, in)
	f.sum()
}
