package speed_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/target"
)

// use is what a login takes of DynamoDB: requests, and the units that are billed for them. A consistent read of an item of up
// to 4 KB is one unit, as is a write of up to 1 KB, carried out or not; in a transaction it is two. The items are smaller
// than that (TestItemsAreSmall); only a user with thousands of bytes of permissions is read in two units.
type use struct{ requests, reads, writes float64 }

// add counts one request.
func (u *use) add(call dynamolocal.Call) error {
	var body struct {
		RequestItems  map[string]struct{ Keys []any }
		TransactItems []any
	}
	if err := json.Unmarshal(call.Body, &body); err != nil {
		return err
	}
	u.requests++
	switch call.Operation {
	case "GetItem":
		u.reads++
	case "BatchGetItem":
		for _, table := range body.RequestItems {
			u.reads += float64(len(table.Keys))
		}
	case "Query": // of a user's sessions, as many as the cap and one more
		u.reads += 2
	case "PutItem", "UpdateItem", "DeleteItem":
		u.writes++
	case "TransactWriteItems":
		u.writes += 2 * float64(len(body.TransactItems))
	default:
		return fmt.Errorf("a login made a %s", call.Operation)
	}
	return nil
}

// BenchmarkRequests counts what a login of each product takes of DynamoDB, with few users in the tables and with very many.
func BenchmarkRequests(b *testing.B) {
	for _, users := range []int{fewUsers, dynamodbUsers} {
		cloud := filledCloud(b, 4)
		cloud.Crowd(users)
		for _, product := range target.Products {
			b.Run(fmt.Sprintf("users=%d/%s", users, product.Name), func(b *testing.B) {
				for b.Loop() {
					for verdict, took := range usesOf(b, cloud, product) {
						b.ReportMetric(took.requests, verdict+"-requests")
						b.ReportMetric(took.reads, verdict+"-reads")
						b.ReportMetric(took.writes, verdict+"-writes")
					}
					b.ReportMetric(0, "ns/op")
				}
			})
		}
	}
}

// usesOf is what an accepted and a refused login of a product take.
func usesOf(t testing.TB, cloud *target.Cloud, product target.Product) map[string]use {
	t.Helper()
	proxy := dynamolocal.NewProxy(dynamolocal.Endpoint(t))
	t.Cleanup(proxy.Close)
	function := cloud.Via(proxy.Endpoint).Function(product.Function, nil)
	count := func(password string) use {
		var took use
		proxy.Choose(func(call dynamolocal.Call) dynamolocal.Fault {
			check(t, took.add(call))
			return dynamolocal.None
		})
		function.Must(product.Event(product.User.Username, password))
		return took
	}
	return map[string]use{"accepted": count(product.User.Password), "refused": count("a wrong guess")}
}

// BenchmarkItems reports how many bytes each table holds of a user who has logged in, on average over the demo users.
func BenchmarkItems(b *testing.B) {
	for b.Loop() {
		cloud := filledCloud(b, 4)
		logEachIn(b, cloud)
		for kind, table := range map[string]string{"user": cloud.Tables.Users, "attempts": cloud.Tables.Attempts, "session": cloud.Tables.Sessions} {
			described, err := cloud.Client.DescribeTable(b.Context(), &dynamodb.DescribeTableInput{TableName: &table})
			check(b, err)
			b.ReportMetric(float64(*described.Table.TableSizeBytes)/float64(len(target.Products)), kind+"-B")
		}
		b.ReportMetric(0, "ns/op")
	}
}

// TestItemsAreSmall: every item that a login reads or writes is one unit.
func TestItemsAreSmall(t *testing.T) {
	t.Parallel()
	cloud := site.Cloud(t)
	target.FillDemo(t, cloud.Store, 4)
	logEachIn(t, cloud)
	items, err := cloud.Items(t.Context(), cloud.Tables.Users, cloud.Tables.Attempts, cloud.Tables.Sessions)
	check(t, err)
	for _, item := range items {
		const unit = 1024
		if size := sizeOf(t, item); size > unit {
			t.Errorf("%d bytes, more than a unit of writing: %v", size, item)
		}
	}
	if len(items) < 3*len(target.Products) {
		t.Errorf("the logins left %d items: the test sees nothing", len(items))
	}
}

// sizeOf returns the bytes of the names and values, which is what DynamoDB counts, or a little more.
func sizeOf(t *testing.T, item map[string]types.AttributeValue) (size int) {
	t.Helper()
	for name, value := range item {
		if text, ok := value.(*types.AttributeValueMemberS); ok {
			size += len(name) + len(text.Value)
			continue
		}
		text, err := json.Marshal(value)
		check(t, err)
		size += len(name) + len(text)
	}
	return size
}

// logEachIn has one login of each product.
func logEachIn(t testing.TB, cloud *target.Cloud) {
	t.Helper()
	for _, product := range target.Products {
		cloud.Function(product.Function, nil).Must(product.Event(product.User.Username, product.User.Password))
	}
}
