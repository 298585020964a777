"""Messages between the people of a bid and the programme team: no reviewer reads them."""
