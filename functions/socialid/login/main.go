// Command login is the Lambda function that answers Social ID Now's login endpoint.
package main

import (
	"gatehouse/functions/socialid"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(socialid.NewLogin) }
