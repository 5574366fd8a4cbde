// Command user is the Lambda function that Unleash's web app asks who is logged in.
package main

import (
	"gatehouse/functions/unleash"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(unleash.NewUser) }
