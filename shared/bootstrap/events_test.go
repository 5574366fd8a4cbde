package bootstrap_test

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// TestEventsOnTheRealBinaries: every pair of events gives its answer from the very file that is deployed.
func TestEventsOnTheRealBinaries(t *testing.T) {
	t.Parallel()
	for _, room := range functions.Rooms() {
		product := room.Name
		pairs, err := endpointtest.LoadPairs(filepath.Join(target.Root(), "events"), product)
		check(t, err)
		for name, pair := range pairs {
			if !pair.Begun() {
				continue // its product was removed
			}
			t.Run(product+"/"+name, func(t *testing.T) {
				t.Parallel()
				endpoint, err := pair.Endpoint()
				check(t, err)
				for try := 1; ; try++ {
					err := pair.AtAnyTime().Check(replay(t, endpoint.Function, pairs, pair))
					if err == nil {
						return
					}
					if try == tries {
						t.Fatal(err)
					}
				}
			})
		}
	}
}

// tries bounds how often something is tried on a machine that others may keep busy. There, a store call may take so long that
// it is repeated, and counts twice, or is a fault. A wrong answer of the code is one at every try.
const tries = 5

// replay sends a pair's event to its function, on tables of its own, and returns the response.
func replay(
	t *testing.T, function string, pairs map[string]endpointtest.Pair, pair endpointtest.Pair,
) events.APIGatewayProxyResponse {
	t.Helper()
	cloud := filled(t)
	for _, record := range pair.Given.Users {
		add(t, cloud, record)
	}
	var advance time.Duration
	if pair.Given.Advance != "" {
		var err error
		advance, err = time.ParseDuration(pair.Given.Advance)
		check(t, err)
	}
	check(t, pair.Begin(t.Context(), cloud.Store, time.Now().Add(-advance)))
	deployed := cloud.Function(function, pair.Given.Settings)
	if len(pair.Given.Before) > 0 {
		awaitRoomInTheMinute()
	}
	for _, before := range pair.Given.Before {
		earlier := pairs[before.Event]
		endpoint, err := earlier.Endpoint()
		check(t, err)
		caller := deployed
		if endpoint.Function != function {
			caller = cloud.Function(endpoint.Function, pair.Given.Settings)
		}
		for range before.Times {
			caller.Must(earlier.Event)
		}
	}
	if advance > 0 {
		age(t, cloud, advance)
	}
	if pair.Given.Store == "down" {
		deployed = cloud.Via("http://127.0.0.1:1").Function(function, pair.Given.Settings)
	}
	return deployed.Must(pair.Event)
}

// awaitRoomInTheMinute keeps the requests that are counted together within one clock minute.
func awaitRoomInTheMinute() {
	const needed = 10 * time.Second
	if left := time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)); left < needed {
		time.Sleep(left)
	}
}

// add stores a user in the import format.
func add(t *testing.T, cloud *target.Cloud, record directory.Entry) {
	t.Helper()
	user := record.User(endpointtest.Realm, time.Now())
	if record.Password != "" {
		hasher, err := password.New(4)
		check(t, err)
		user.PasswordHash, err = hasher.Hash(record.Password)
		check(t, err)
	}
	_, err := directory.Enroll(t.Context(), cloud.Store, user)
	check(t, err)
}

func sameMinute(a, b time.Time) bool { return a.Truncate(time.Minute).Equal(b.Truncate(time.Minute)) }

// age makes everything that was counted that much older, which is what time does.
func age(t *testing.T, cloud *target.Cloud, by time.Duration) {
	t.Helper()
	out, err := cloud.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &cloud.Tables.Attempts})
	check(t, err)
	for _, item := range out.Items {
		pk, _ := item["pk"].(*types.AttributeValueMemberS)
		if strings.HasPrefix(pk.Value, "source#") {
			if sameMinute(endpointtest.Start, endpointtest.Start.Add(by)) {
				continue
			}
			_, err := cloud.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
				TableName: &cloud.Tables.Attempts, Key: map[string]types.AttributeValue{"pk": pk},
			})
			check(t, err)
			continue
		}
		for _, name := range []string{"last", "seen"} {
			if at, ok := item[name].(*types.AttributeValueMemberN); ok {
				millis, err := strconv.ParseInt(at.Value, 10, 64)
				check(t, err)
				at.Value = strconv.FormatInt(millis-by.Milliseconds(), 10)
			}
		}
		_, err := cloud.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &cloud.Tables.Attempts, Item: item})
		check(t, err)
	}
}
