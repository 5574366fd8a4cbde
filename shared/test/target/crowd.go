package target

import (
	"fmt"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/product"
)

// Crowd fills the directory with users who never log in, so that it can be as large as a test likes. It takes 10 s or so for
// a hundred thousand.
func (c *Cloud) Crowd(users int) {
	c.t.Helper()
	const writers, perBatch = 8, 25 // as many at a time as BatchWriteItem takes
	failed := make(chan error, writers)
	var wait sync.WaitGroup
	for writer := range writers {
		wait.Go(func() {
			for first := writer * perBatch; first < users; first += writers * perBatch {
				if err := c.write(first, min(perBatch, users-first)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wait.Wait()
	close(failed)
	for err := range failed {
		check(c.t, err)
	}
}

// write adds some users in one batch, and again what was left of it.
func (c *Cloud) write(first, users int) error {
	const firstID = 1_000_000 // above the demo users'
	var batch []types.WriteRequest
	for i := range users {
		id := strconv.Itoa(firstID + first + i)
		batch = append(batch, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
			"pk":       &types.AttributeValueMemberS{Value: fmt.Sprintf("user#%s#%s", product.DemoRealm, id)},
			"id":       &types.AttributeValueMemberN{Value: id},
			"username": &types.AttributeValueMemberS{Value: "user" + id},
		}}})
	}
	for len(batch) > 0 {
		out, err := c.Client.BatchWriteItem(c.t.Context(), &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{c.Tables.Users: batch},
		})
		if err != nil {
			return err
		}
		batch = out.UnprocessedItems[c.Tables.Users]
	}
	return nil
}
