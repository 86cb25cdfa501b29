"""What tests and the page reach around the bot: people who act, and switches of the test bed."""
