package dynamo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// counterKept is the lifetime of a counter after the start of its minute. Anything above a minute is enough.
const counterKept = time.Hour

func counterKey(key string, now time.Time) string {
	return "source#" + key + "#" + strconv.FormatInt(now.Unix()/60, 10)
}

// Count implements login.Limiter: one atomic addition.
func (s *Store) Count(ctx context.Context, counter string, now time.Time) (int, error) {
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Attempts, Key: key(counterKey(counter, now)),
		UpdateExpression:          aws.String("SET #ttl = :ttl ADD #n :one"),
		ExpressionAttributeNames:  map[string]string{"#ttl": "ttl", "#n": "n"},
		ExpressionAttributeValues: item{":ttl": num(now.Add(counterKept).Unix()), ":one": num(1)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return 0, fmt.Errorf("counting a request: %w", err)
	}
	return int(numOf(out.Attributes, "n")), nil
}

// Counted implements login.Limiter.
func (s *Store) Counted(ctx context.Context, counter string, now time.Time) (int, error) {
	stored, err := s.get(ctx, s.tables.Attempts, counterKey(counter, now))
	if err != nil {
		return 0, fmt.Errorf("reading a counter: %w", err)
	}
	return int(numOf(stored, "n")), nil
}
