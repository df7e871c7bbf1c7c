"""Label facts of ingredients; revisions with their review, and the history of every article."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from catalogue.append_only import append_only

FACTS = (
    "upc", "title", "title_en", "description", "description_en", "commodity_id", "grade", "grade_en", "spec", "spec_en",
    "net_content_g", "ingredients", "ingredients_en", "origin_id", "temperature", "storage", "storage_en",
    "shelf_life_days", "producer_licence", "quarantine_number", "is_fresh", "is_public",
)
# Who and when are told by catalogue.listings.history.signed; where nobody is named, it was done past the pages.
HISTORY = f"""
CREATE FUNCTION catalogue_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    is_now jsonb := to_jsonb(NEW);
BEGIN
    INSERT INTO catalogue_articlechange (product_id, partner_id, field, before, after, by_id, at)
    SELECT (is_now->>TG_ARGV[0])::bigint, (is_now->>'partner_id')::bigint, field,
           coalesce(was->>field, ''), coalesce(is_now->>field, ''),
           nullif(current_setting('catalogue.by', true), '')::bigint,
           coalesce(nullif(current_setting('catalogue.at', true), '')::timestamptz, now())
    FROM unnest(string_to_array(TG_ARGV[1], ',')) field WHERE was->field IS DISTINCT FROM is_now->field;
    RETURN NULL;
END $$;
CREATE TRIGGER catalogue_note_change AFTER UPDATE OF {", ".join(FACTS)} ON catalogue_product
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION catalogue_note_change('id', '{",".join(FACTS)}');
CREATE TRIGGER catalogue_note_change AFTER UPDATE OF price ON partner_stockrecord
    FOR EACH ROW WHEN (OLD.price IS DISTINCT FROM NEW.price) EXECUTE FUNCTION catalogue_note_change('product_id', 'price');
"""
HISTORY_BACK = """
DROP TRIGGER catalogue_note_change ON partner_stockrecord; DROP TRIGGER catalogue_note_change ON catalogue_product;
DROP FUNCTION catalogue_note_change;
"""
REVIEW = """
CREATE FUNCTION catalogue_revision_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'A revision begins as a draft, not as %.', NEW.state USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state IN ('in_force', 'refused', 'withdrawn') THEN
        RAISE EXCEPTION '% of revision % (%) is refused; make a new revision.', TG_OP, OLD.id, OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.product_id, NEW.partner_id, NEW.lists) IS DISTINCT FROM (OLD.product_id, OLD.partner_id, OLD.lists) THEN
        RAISE EXCEPTION 'Revision % stays with its article and supplier.', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT OLD.state || ' ' || NEW.state = ANY (ARRAY[
        'draft submitted', 'draft withdrawn',
        'submitted draft', 'submitted question', 'submitted accepted', 'submitted in_force', 'submitted refused',
        'submitted withdrawn', 'question submitted', 'question refused', 'question withdrawn',
        'accepted in_force', 'accepted draft', 'accepted withdrawn'
    ]) THEN
        RAISE EXCEPTION 'Revision % cannot go from % to %.', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.values, NEW.base) IS DISTINCT FROM (OLD.values, OLD.base) AND NEW.state NOT IN ('draft', 'question') THEN
        RAISE EXCEPTION 'What revision % proposes changes as a draft or under a question only, not while it is %.',
            OLD.id, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_revision_moves BEFORE INSERT OR UPDATE OR DELETE ON catalogue_revision
    FOR EACH ROW EXECUTE FUNCTION catalogue_revision_moves();

CREATE FUNCTION catalogue_revision_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said text;
    is_now text;
BEGIN
    SELECT state INTO is_now FROM catalogue_revision WHERE id = NEW.id;
    SELECT to_state INTO said FROM catalogue_revisionmove WHERE revision_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF said IS DISTINCT FROM is_now THEN
        RAISE EXCEPTION 'Revision % is %, but its last move says %.', NEW.id, is_now, said
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER catalogue_revision_is_told AFTER INSERT OR UPDATE OF state ON catalogue_revision
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue_revision_is_told();

CREATE FUNCTION catalogue_listed_after_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM catalogue_revision
               WHERE product_id = NEW.id AND lists AND state IN ('draft', 'submitted', 'question')) THEN
        RAISE EXCEPTION 'Article % is listed when a reviewer accepts its draft.', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_listed_after_review BEFORE UPDATE OF is_public ON catalogue_product
    FOR EACH ROW WHEN (NEW.is_public AND NOT OLD.is_public) EXECUTE FUNCTION catalogue_listed_after_review();
"""
REVIEW_BACK = """
DROP TRIGGER catalogue_listed_after_review ON catalogue_product; DROP FUNCTION catalogue_listed_after_review;
DROP TRIGGER catalogue_revision_is_told ON catalogue_revision; DROP FUNCTION catalogue_revision_is_told;
DROP TRIGGER catalogue_revision_moves ON catalogue_revision; DROP FUNCTION catalogue_revision_moves;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0035_place_editions'),
        ('partner', '0009_goods_by_file'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='ingredients',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='product',
            name='ingredients_en',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.CreateModel(
            name='ArticleChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(max_length=30)),
                ('before', models.TextField(blank=True)),
                ('after', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partner.partner')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='catalogue.product')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lists', models.BooleanField()),
                ('values', models.JSONField(default=dict)),
                ('base', models.JSONField(default=dict)),
                ('edition', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'waiting for review'), ('question', 'question asked'), ('accepted', 'accepted, waits for the certificate'), ('in_force', 'in force'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='draft', max_length=10)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='partner.partner')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='catalogue.product')),
            ],
        ),
        migrations.CreateModel(
            name='RevisionMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=10)),
                ('from_state', models.CharField(blank=True, max_length=10)),
                ('to_state', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
                ('text', models.CharField(blank=True, max_length=1000)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='catalogue.revision')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['state', 'submitted_at'], name='revision_queue'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'question', 'accepted'])), fields=('product',), name='revision_one_open'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('lists', True), models.Q(('values', {}), _negated=True), _connector='OR'), name='revision_proposes_something'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'withdrawn']), ('submitted_at__isnull', False), _connector='OR'), name='revision_submitted_is_dated'),
        ),
        migrations.RunSQL(HISTORY, HISTORY_BACK),
        migrations.RunSQL(REVIEW, REVIEW_BACK),
        append_only("catalogue_revisionmove", "catalogue_articlechange"),
    ]
