package function_test

import (
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/functions/functionstest"
	"gatehouse/shared/demo"
	"gatehouse/shared/directory"
)

// tables counts the sets of tables that tests have made.
var tables atomic.Int64

// TestEventsOnTheRealBinaries: every pair of events gives its answer from the very file that is deployed.
func TestEventsOnTheRealBinaries(t *testing.T) {
	t.Parallel()
	for product, function := range functionstest.Products {
		pairs, err := functionstest.LoadPairs(filepath.Join(root, "events"), product)
		if err != nil {
			t.Fatal(err)
		}
		for name, pair := range pairs {
			t.Run(product+"/"+name, func(t *testing.T) {
				t.Parallel()
				replay(t, function, pairs, pair)
			})
		}
	}
}

func replay(t *testing.T, function string, pairs map[string]functionstest.Pair, pair functionstest.Pair) {
	t.Helper()
	c := newCloud(t)
	c.check(demo.Fill(t.Context(), c.store, c.hasher))
	for _, record := range pair.Given.Users {
		c.add(record)
	}
	deployed := c.start(function, pair.Given.Settings)
	if len(pair.Given.Before) > 0 {
		awaitRoomInTheMinute()
	}
	for _, before := range pair.Given.Before {
		for range before.Times {
			deployed.must(pairs[before.Event].Event)
		}
	}
	if pair.Given.Advance != "" {
		by, err := time.ParseDuration(pair.Given.Advance)
		c.check(err)
		c.age(by)
	}
	if pair.Given.Store == "down" {
		settings := map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1"}
		maps.Copy(settings, pair.Given.Settings)
		deployed = c.start(function, settings)
	}
	if err := pair.AtAnyTime().Check(deployed.must(pair.Event)); err != nil {
		t.Error(err)
	}
}

// awaitRoomInTheMinute keeps the requests that are counted together within one clock minute.
func awaitRoomInTheMinute() {
	const needed = 10 * time.Second
	if left := time.Until(time.Now().Truncate(time.Minute).Add(time.Minute)); left < needed {
		time.Sleep(left)
	}
}

// add stores a user in the import format.
func (c *cloud) add(record directory.Record) {
	c.t.Helper()
	user := record.User(functionstest.Realm, time.Now())
	if record.Password != "" {
		hash, err := c.hasher.Hash(record.Password)
		c.check(err)
		user.PasswordHash = hash
	}
	_, err := directory.Enroll(c.t.Context(), c.store, user)
	c.check(err)
}

func sameMinute(a, b time.Time) bool { return a.Truncate(time.Minute).Equal(b.Truncate(time.Minute)) }

// age makes everything that was counted that much older, which is what time does.
func (c *cloud) age(by time.Duration) {
	c.t.Helper()
	out, err := c.client.Scan(c.t.Context(), &dynamodb.ScanInput{TableName: &c.tables.Attempts})
	c.check(err)
	for _, item := range out.Items {
		pk, _ := item["pk"].(*types.AttributeValueMemberS)
		if strings.HasPrefix(pk.Value, "source#") {
			if sameMinute(functionstest.Start, functionstest.Start.Add(by)) {
				continue
			}
			_, err := c.client.DeleteItem(c.t.Context(), &dynamodb.DeleteItemInput{
				TableName: &c.tables.Attempts, Key: map[string]types.AttributeValue{"pk": pk},
			})
			c.check(err)
			continue
		}
		for _, name := range []string{"last", "seen"} {
			if at, ok := item[name].(*types.AttributeValueMemberN); ok {
				millis, err := strconv.ParseInt(at.Value, 10, 64)
				c.check(err)
				at.Value = strconv.FormatInt(millis-by.Milliseconds(), 10)
			}
		}
		_, err := c.client.PutItem(c.t.Context(), &dynamodb.PutItemInput{TableName: &c.tables.Attempts, Item: item})
		c.check(err)
	}
}
