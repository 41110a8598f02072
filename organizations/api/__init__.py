"""The API's guard, and its addresses of units and regions."""
