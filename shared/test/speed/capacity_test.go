package speed_test

import (
	"encoding/json"
	"fmt"
	"strings"
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
	case "PutItem", "UpdateItem":
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
		proxy.ChooseBy(func(call dynamolocal.Call) dynamolocal.Fault {
			check(t, took.add(call))
			return dynamolocal.None
		})
		function.Must(product.Event(product.User.Username, password))
		return took
	}
	return map[string]use{"accepted": count(product.User.Password), "refused": count("a wrong guess")}
}

// BenchmarkItems tells how many bytes the items of a user, a record and a session have, on average over the demo users.
func BenchmarkItems(b *testing.B) {
	for b.Loop() {
		cloud := filledCloud(b, 4)
		logEachIn(b, cloud)
		sizes := map[string][]float64{}
		for _, item := range itemsOf(b, cloud) {
			kind, _, _ := strings.Cut(pkOf(item), "#")
			sizes[kind] = append(sizes[kind], float64(sizeOf(item)))
		}
		for kind, each := range sizes {
			sum := 0.0
			for _, size := range each {
				sum += size
			}
			b.ReportMetric(sum/float64(len(each)), kind+"-B")
		}
		b.ReportMetric(0, "ns/op")
	}
}

// TestItemsAreSmall: every item that a login reads or writes is one unit, by sizes to which DynamoDB Local comes too.
func TestItemsAreSmall(t *testing.T) {
	t.Parallel()
	cloud := site.Cloud(t)
	target.FillDemo(t, cloud.Store, 4)
	logEachIn(t, cloud)
	var sum, want int64
	for _, item := range itemsOf(t, cloud) {
		const unit = 1024
		size := sizeOf(item)
		if size > unit {
			t.Errorf("%s has %d bytes, more than a unit of writing", pkOf(item), size)
		}
		sum += int64(size)
	}
	for _, table := range tablesOf(cloud) {
		described, err := cloud.Client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
		check(t, err)
		want += *described.Table.TableSizeBytes
	}
	if sum != want {
		t.Errorf("all items have %d bytes, DynamoDB Local says %d", sum, want)
	}
}

// logEachIn has one login of each product.
func logEachIn(t testing.TB, cloud *target.Cloud) {
	t.Helper()
	for _, product := range target.Products {
		cloud.Function(product.Function, nil).Must(product.Event(product.User.Username, product.User.Password))
	}
}

func tablesOf(cloud *target.Cloud) []string {
	return []string{cloud.Tables.Users, cloud.Tables.Attempts, cloud.Tables.Sessions}
}

type item = map[string]types.AttributeValue

func itemsOf(t testing.TB, cloud *target.Cloud) []item {
	t.Helper()
	all, err := cloud.Items(t.Context(), tablesOf(cloud)...)
	check(t, err)
	return all
}

func pkOf(i item) string {
	pk, _ := i["pk"].(*types.AttributeValueMemberS)
	return pk.Value
}

// sizeOf is an item's size in bytes by DynamoDB's rules ("Item sizes and formats" in its developer guide): names and texts by
// their bytes, a number by one byte and one for each two digits, true and false by one byte.
func sizeOf(i item) int {
	size := 0
	for name, value := range i {
		size += len(name)
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			size += len(v.Value)
		case *types.AttributeValueMemberN:
			size += sizeOfNumber(v.Value)
		case *types.AttributeValueMemberNS:
			for _, each := range v.Value {
				size += sizeOfNumber(each)
			}
		case *types.AttributeValueMemberBOOL:
			size++
		}
	}
	return size
}

// sizeOfNumber counts pairs of digits, without those at the end that are zero.
func sizeOfNumber(decimal string) int {
	if len(decimal)%2 == 1 {
		decimal = "0" + decimal
	}
	for strings.HasSuffix(decimal, "00") {
		decimal = decimal[:len(decimal)-2]
	}
	return len(decimal)/2 + 1
}
