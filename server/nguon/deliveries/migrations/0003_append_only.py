"""Receipts are evidence: nobody changes or removes one."""

from typing import ClassVar

from django.db import migrations

LAW = """
CREATE FUNCTION deliveries_receipt_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'receipts are append-only';
END $$;
CREATE TRIGGER deliveries_receipt_fixed BEFORE UPDATE OR DELETE ON deliveries_receipt
    FOR EACH ROW EXECUTE FUNCTION deliveries_receipt_fixed();
"""
UNDO = "DROP FUNCTION deliveries_receipt_fixed() CASCADE;"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("deliveries", "0002_initial")]
    operations = [migrations.RunSQL(LAW, UNDO)]
