package gallery

import "baton/addon/gallery/acme"

// The company at whose desk the cards are drawn.
const (
	support = acme.Support
	sales   = acme.Sales
	ana     = acme.Ana
	ben     = acme.Ben
	mia     = acme.Mia
	olga    = acme.Olga
	uwe     = acme.Uwe
	eve     = acme.Eve

	carla = "Carla Customer <carla@shop.example>"

	publicURL = acme.PublicURL
	account   = acme.Account
	clientID  = acme.ClientID
)
