"""Where a person's data lies, found by column name: a new table with one of these columns is covered at once."""

from storage.tables import TABLES

# Rows that name the customer.
BY_CUSTOMER = tuple(table for table in TABLES if "customer_id" in table.c)
# Rows that only name the customer's conversation, by number or by the channel's address.
BY_CONVERSATION = tuple(table for table in TABLES if "conversation_id" in table.c and "customer_id" not in table.c)
BY_ADDRESS = tuple(table for table in TABLES if "conversation" in table.c)
