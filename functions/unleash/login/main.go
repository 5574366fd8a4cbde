// Command login is the Lambda function that answers Unleash's login endpoint.
package main

import (
	"gatehouse/functions/unleash"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(unleash.NewLogin) }
