"""What editors wrote into the one field of a text page, drafts and old versions included, becomes its first block."""

from django.db import migrations

BLOCK = """
    CASE WHEN {html} = '' THEN '[]'::jsonb ELSE
        jsonb_build_array(jsonb_build_object('type', 'text', 'value', {html}, 'id', gen_random_uuid()::text)) END
"""
HTML = """
    coalesce((SELECT string_agg(block->>'value', '' ORDER BY place)
              FROM jsonb_array_elements({blocks}) WITH ORDINALITY AS each (block, place)
              WHERE block->>'type' = 'text'), '')
"""
OF_TEXT_PAGES = """
    content_type_id = (SELECT id FROM django_content_type WHERE app_label = 'pages' AND model = 'textpage')
    AND content ? 'body'
"""


class Migration(migrations.Migration):
    dependencies = [("pages", "0002_page_types")]

    operations = [
        migrations.RunSQL(
            [
                f"UPDATE pages_textpage SET blocks = {BLOCK.format(html='body')}",
                "UPDATE wagtailcore_revision SET content = jsonb_set(content, '{body}', to_jsonb(("
                f"{BLOCK.format(html='content->>$$body$$')})::text)) WHERE {OF_TEXT_PAGES}",
            ],
            [
                f"UPDATE pages_textpage SET body = {HTML.format(blocks='blocks')}",
                "UPDATE wagtailcore_revision SET content = jsonb_set(content, '{body}', to_jsonb("
                f"{HTML.format(blocks='(content->>$$body$$)::jsonb')})) WHERE {OF_TEXT_PAGES}",
            ],
        ),
    ]
