// Command login is the Lambda function that answers AISquare Studio's login endpoint.
package main

import (
	"gatehouse/functions/aisquare"
	"gatehouse/shared/function"
)

func main() { function.Main(aisquare.NewLogin) }
