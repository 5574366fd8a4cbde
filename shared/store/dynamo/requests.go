package dynamo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// get reads one item consistently. It is nil if it does not exist.
func (s *Store) get(ctx context.Context, table, pk string) (item, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: key(pk), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, throttled(err)
	}
	return out.Item, nil
}

// Waits between the rounds of a batch of which DynamoDB left keys unprocessed, as under throttling. The first is short,
// because a login waits for it; each round doubles it.
const (
	firstWait = 20 * time.Millisecond
	lastWait  = 640 * time.Millisecond
)

// errUnprocessed is a fault: a key that was never read must not count as absent.
var errUnprocessed = errors.New("DynamoDB left keys unprocessed")

// ask is a request for items of one table: all their attributes, or only these.
func ask(keys []item, attributes ...string) types.KeysAndAttributes {
	request := types.KeysAndAttributes{Keys: keys, ConsistentRead: aws.Bool(true)}
	if len(attributes) > 0 {
		request.ProjectionExpression = aws.String("#" + strings.Join(attributes, ", #"))
		request.ExpressionAttributeNames = names(*request.ProjectionExpression)
	}
	return request
}

// keys returns the keys of items without a sort key.
func keys(pks ...string) []item {
	var all []item
	for _, pk := range pks {
		all = append(all, key(pk))
	}
	return all
}

// nameOf returns the name under which batchGet returns an item: its partition key, with its sort key if it has one.
func nameOf(i item) string { return strOf(i, "pk") + strOf(i, "sk") }

// batchGet reads items consistently, by table, at most 100 in all, and returns them by name. The result leaves out keys
// without an item. Unprocessed keys are retried, and are a fault in the end.
func (s *Store) batchGet(ctx context.Context, request map[string]types.KeysAndAttributes) (map[string]item, error) {
	found := make(map[string]item)
	for wait := firstWait; ; wait *= 2 {
		out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: request})
		if err != nil {
			return nil, throttled(err)
		}
		for _, items := range out.Responses {
			for _, stored := range items {
				found[nameOf(stored)] = stored
			}
		}
		if len(out.UnprocessedKeys) == 0 {
			return found, nil
		}
		if wait > lastWait {
			return nil, errUnprocessed
		}
		request = out.UnprocessedKeys
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", errUnprocessed, ctx.Err())
		case <-time.After(wait):
		}
	}
}

// scan yields the items of a table whose key begins with the prefix, a page at a time.
func (s *Store) scan(ctx context.Context, doing, table, prefix string) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		pages := dynamodb.NewScanPaginator(s.client, &dynamodb.ScanInput{
			TableName: &table, ConsistentRead: aws.Bool(true), FilterExpression: aws.String("begins_with(pk, :prefix)"),
			ExpressionAttributeValues: item{":prefix": str(prefix)},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(nil, wrap(doing, err))
				return
			}
			for _, stored := range page.Items {
				if !yield(stored, nil) {
					return
				}
			}
		}
	}
}

// write is one conditional update of an item, or in a transaction a deletion or a check, which have only the condition.
type write struct {
	table, pk, sk     string // no sort key if sk is empty
	update, condition string
	values            item
}

// input returns the write as a request of its own.
func (w write) input() *dynamodb.UpdateItemInput {
	at := key(w.pk)
	if w.sk != "" {
		at["sk"] = str(w.sk)
	}
	return &dynamodb.UpdateItemInput{
		TableName: &w.table, Key: at, UpdateExpression: optional(w.update), ConditionExpression: optional(w.condition),
		ExpressionAttributeNames: names(w.update, w.condition), ExpressionAttributeValues: w.values,
	}
}

// deletion returns the write as a deletion in a transaction.
func (w write) deletion() *types.Delete {
	return &types.Delete{
		TableName: &w.table, Key: key(w.pk), ConditionExpression: &w.condition,
		ExpressionAttributeNames: names(w.condition), ExpressionAttributeValues: w.values,
	}
}

// optional returns nil for no expression, because DynamoDB refuses an empty one.
func optional(expression string) *string {
	if expression == "" {
		return nil
	}
	return &expression
}

var placeholder = regexp.MustCompile(`#\w+`)

// names returns the attributes of the placeholders in expressions: #epoch stands for epoch. DynamoDB reserves many words, and
// refuses names that no expression uses.
func names(expressions ...string) map[string]string {
	var names map[string]string
	for _, found := range placeholder.FindAllString(strings.Join(expressions, " "), -1) {
		if names == nil {
			names = map[string]string{}
		}
		names[found] = found[1:]
	}
	return names
}

// set returns an update that sets attributes and leaves the others of the item alone, with its values.
func set(attributes item) (update string, values item) {
	values = item{}
	var sets []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		sets, values[":"+name] = append(sets, "#"+name+" = :"+name), attributes[name]
	}
	return "SET " + strings.Join(sets, ", "), values
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// refused reports whether a single write failed its condition, and returns the stored item if the request asked for it.
func refused(err error) (item, bool) {
	failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err)
	if !ok {
		return nil, false
	}
	return failed.Item, true
}
