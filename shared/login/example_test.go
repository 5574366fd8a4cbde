package login_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// A handler admits a request before it reads the body, then logs in and maps the outcome to a response.
func Example() {
	ctx := context.Background()
	service := login.New(holding(jane), plain(), slog.New(slog.DiscardHandler))
	service.SourceLimit = 60

	visit, err := service.Admit(ctx, login.Caller{Product: "example", Source: "192.0.2.1"})
	if err != nil || visit.Quota.Exceeded {
		fmt.Println("refused before the body is read")
		return
	}
	result, err := visit.Login(ctx, login.Request{
		Realm:       "main",
		Identifiers: []directory.Identifier{directory.Username("jane")},
		Password:    "right password",
		Policy:      policy,
		Issue:       []login.Grant{{Kind: session.Browser, Lifetime: 24 * time.Hour}},
	})
	if err != nil {
		fmt.Println("a fault: nobody is logged in")
		return
	}
	switch result.Outcome {
	case login.Accepted:
		fmt.Println("welcome,", result.User.Username, "with a token of", len(result.Issued[0].Token), "characters")
	default:
		fmt.Println("invalid credentials")
	}
	// Output: welcome, jane with a token of 64 characters
}

// A hook sees every call of a store.
func ExampleAround() {
	store := login.Around(holding(jane), func(ctx context.Context, method string, call func(context.Context) error) error {
		fmt.Println("calling", method)
		return call(ctx)
	})
	account, _ := store.Resolve(context.Background(), "main", []directory.Identifier{directory.Username("jane")})
	user, _, _ := store.Load(context.Background(), account[0])
	fmt.Println(user.Username)
	// Output:
	// calling Resolve
	// calling Load
	// jane
}
