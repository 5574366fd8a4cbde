package function_test

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/shared/demo"
	"gatehouse/shared/directory"
)

const (
	processes = 4   // execution environments of one function
	burst     = 200 // logins that they share
	limit     = 10  // ATTEMPT_LIMIT
	bursts    = 10
)

// TestSecurity04AcrossProcesses: execution environments share nothing but the tables, and the limit holds all the same.
func TestSecurity04AcrossProcesses(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.check(demo.Fill(t.Context(), c.store, c.hasher))
	fleet := make([]*deployed, processes)
	for i := range fleet {
		fleet[i] = c.start("SocialIDLogin", map[string]string{"ATTEMPT_LIMIT": strconv.Itoa(limit), "SOURCE_LIMIT": "0"})
	}
	john, err := c.store.FindUser(t.Context(), demo.Realm, directory.Username(demo.John.Username))
	c.check(err)
	login := logins["socialid"]

	told := shoot(t, fleet, func(int) events.APIGatewayProxyRequest { return login.wrong() })
	if told["invalid_password"] != limit || told["locked"] != burst-limit {
		t.Errorf("wrong guesses only: told %v, want %d wrong and the others locked", told, limit)
	}
	for round := range bursts {
		c.check(c.store.Unlock(t.Context(), demo.Realm, john.ID))
		right := (round*37 + 11) % burst
		told := shoot(t, fleet, func(i int) events.APIGatewayProxyRequest {
			if i == right {
				return login.right()
			}
			return login.wrong()
		})
		most := limit
		if told["accepted"] == 1 {
			most = 2 * limit // a success resets the count
		}
		if told["invalid_password"] > most || (told["accepted"] == 0 && told["invalid_password"] != limit) {
			t.Errorf("one right guess among %d: told %v", burst, told)
		}
	}
	c.check(c.store.Unlock(t.Context(), demo.Realm, john.ID))
	told = shoot(t, fleet, func(int) events.APIGatewayProxyRequest { return login.right() })
	if told["accepted"] != burst {
		t.Errorf("right logins only: told %v, want all %d accepted", told, burst)
	}
}

// shoot has the fleet handle a burst, each process one event at a time, and counts what was told.
func shoot(t *testing.T, fleet []*deployed, event func(i int) events.APIGatewayProxyRequest) map[string]int {
	t.Helper()
	var (
		next  atomic.Int64
		mutex sync.Mutex
		wait  sync.WaitGroup
		told  = map[string]int{}
	)
	for _, each := range fleet {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < burst; i = int(next.Add(1)) - 1 {
				response, err := each.invoke(event(i))
				mutex.Lock()
				told[toldBy(response, err)]++
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	return told
}

func toldBy(response events.APIGatewayProxyResponse, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case response.StatusCode == 201:
		return "accepted"
	case strings.Contains(response.Body, `"code":"locked"`):
		return "locked"
	case strings.Contains(response.Body, `"code":"invalid_password"`):
		return "invalid_password"
	}
	return response.Body
}
