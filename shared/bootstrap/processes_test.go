package bootstrap_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

const (
	processes = 4   // execution environments of one function
	burst     = 100 // logins that they share
	limit     = 10  // ATTEMPT_LIMIT
)

// subject is a product that tells "wrong" from "locked", if there is one.
var subject = target.First(target.Product.Tells)

// TestSecurity04AcrossProcesses: execution environments share nothing but the tables, and the limit holds all the same.
func TestSecurity04AcrossProcesses(t *testing.T) {
	t.Parallel()
	cloud := filled(t)
	fleet := make([]*target.Function, processes)
	for i := range fleet {
		settings := target.Settings{"ATTEMPT_LIMIT": strconv.Itoa(limit), "SOURCE_LIMIT": "0"}
		fleet[i] = cloud.Function(subject.Function, settings)
	}
	user, err := cloud.Store.FindUser(t.Context(), product.DemoRealm, directory.Username(subject.User.Username))
	check(t, err)
	fails := func() int {
		_, record, err := cloud.Store.Load(t.Context(), directory.AccountOf(product.DemoRealm, user.ID))
		check(t, err)
		return record.Fails
	}

	told := shoot(t, fleet, func(int) events.APIGatewayProxyRequest { return wrong(subject) })
	if fails() != limit || told[target.Wrong]+told[target.Locked]+told[target.Refused] != burst {
		t.Errorf("wrong guesses only: told %v, and %d counted, want %d counted and all refused", told, fails(), limit)
	}
	if subject.Tells() && told[target.Wrong] != limit {
		t.Errorf("wrong guesses only: told %v, want %d wrong", told, limit)
	}
	for round := range amount(20, 100) {
		check(t, cloud.Store.Unlock(t.Context(), product.DemoRealm, user.ID))
		rightOne := (round*37 + 11) % burst
		told := shoot(t, fleet, func(i int) events.APIGatewayProxyRequest {
			if i == rightOne {
				return right(subject)
			}
			return wrong(subject)
		})
		most := limit
		if told[target.Accepted] == 1 {
			most = 2 * limit // a success resets the count
		}
		if told[target.Wrong] > most || fails() > limit || (told[target.Accepted] == 0 && fails() != limit) {
			t.Errorf("one right guess among %d: told %v, and %d counted", burst, told, fails())
		}
	}
	check(t, cloud.Store.Unlock(t.Context(), product.DemoRealm, user.ID))
	told = shoot(t, fleet, func(int) events.APIGatewayProxyRequest { return right(subject) })
	if told[target.Accepted] != burst {
		t.Errorf("right logins only: told %v, want all %d accepted", told, burst)
	}
}

// shoot has the fleet handle a burst, each process one event at a time, and counts what was told.
func shoot(
	t *testing.T, fleet []*target.Function, event func(i int) events.APIGatewayProxyRequest,
) map[target.Verdict]int {
	t.Helper()
	var (
		next  atomic.Int64
		mutex sync.Mutex
		wait  sync.WaitGroup
		told  = map[target.Verdict]int{}
	)
	for _, each := range fleet {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < burst; i = int(next.Add(1)) - 1 {
				response, err := each.Answer(t.Context(), event(i))
				if err != nil {
					t.Errorf("event %d: %v", i, err)
				}
				mutex.Lock()
				told[subject.Read(response.StatusCode, response.Body)]++
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	return told
}
