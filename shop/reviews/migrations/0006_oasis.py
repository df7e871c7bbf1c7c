"""A review stands on a delivery, is decided by somebody, and may be answered once; the database keeps the rating."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from shop.pagecache.triggers import watch_through

# What was written before has no purchase on record: it waits, and names nobody.
BEFORE = """
UPDATE reviews_productreview SET status = 0, score = greatest(score, 1), name = '', email = '', homepage = '',
    written_at = date_created, writer = coalesce('account ' || user_id, 'before ' || id)
"""
GUARDS = """
CREATE FUNCTION review_of_goods_received() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM order_line line JOIN order_order bought ON bought.id = line.order_id
        WHERE line.id = NEW.line_id AND line.product_id = NEW.product_id AND line.accepted_at IS NOT NULL
          AND bought.user_id IS NOT DISTINCT FROM NEW.user_id
    ) THEN
        RAISE EXCEPTION 'Product % can be reviewed by who received it alone; order line % is no such delivery.',
            NEW.product_id, NEW.line_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_of_goods_received BEFORE INSERT OR UPDATE OF line_id, product_id, user_id
    ON reviews_productreview FOR EACH ROW EXECUTE FUNCTION review_of_goods_received();

-- The rating is the mean of what is published. The product is locked first, so that two decisions see each other.
CREATE FUNCTION review_keeps_rating() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rated bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.product_id ELSE NEW.product_id END;
    mean float;
BEGIN
    PERFORM 1 FROM catalogue_product WHERE id = rated FOR NO KEY UPDATE;
    SELECT avg(score)::float INTO mean FROM reviews_productreview WHERE product_id = rated AND status = 1;
    UPDATE catalogue_product SET rating = mean WHERE id = rated AND rating IS DISTINCT FROM mean;
    RETURN NULL;
END $$;
CREATE TRIGGER review_keeps_rating AFTER INSERT OR DELETE OR UPDATE OF status, score
    ON reviews_productreview FOR EACH ROW EXECUTE FUNCTION review_keeps_rating();
UPDATE catalogue_product SET rating = NULL WHERE rating IS NOT NULL;
"""
BACK = """
DROP TRIGGER review_keeps_rating ON reviews_productreview; DROP FUNCTION review_keeps_rating;
DROP TRIGGER review_of_goods_received ON reviews_productreview; DROP FUNCTION review_of_goods_received;
"""


class Migration(migrations.Migration):
    dependencies = [
        ('pagecache', '0001_watch'),
        ('catalogue', '0034_search'),
        ('order', '0023_moves_only_when_paid'),
        ('reviews', '0005_productreview_code'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('written_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('text', models.TextField()),
                ('status', models.SmallIntegerField(choices=[(0, 'waiting to be read'), (1, 'published'), (2, 'not published')], default=0)),
            ],
        ),
        migrations.AlterModelOptions(
            name='productreview',
            options={'ordering': ['-written_at', '-id'], 'verbose_name': 'Product review', 'verbose_name_plural': 'Product reviews'},
        ),
        migrations.AddField(
            model_name='productreview',
            name='bought_date',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='productreview',
            name='decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='productreview',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='productreview',
            name='line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='order.line'),
        ),
        migrations.AddField(
            model_name='productreview',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='productreview',
            name='writer',
            field=models.CharField(default='', max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='productreview',
            name='written_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='productreview',
            index=models.Index(fields=['product', '-written_at', '-id'], name='review_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='productreview',
            constraint=models.UniqueConstraint(fields=('product', 'writer'), name='review_once'),
        ),
        migrations.AddConstraint(
            model_name='productreview',
            constraint=models.CheckConstraint(condition=models.Q(('score__gte', 1), ('score__lte', 5)), name='review_score_one_to_five'),
        ),
        migrations.AddConstraint(
            model_name='productreview',
            constraint=models.CheckConstraint(condition=models.Q(('email', ''), ('homepage', ''), ('name__regex', '^(.\\*\\*|\\*\\*.)?$')), name='review_names_nobody'),
        ),
        migrations.AddConstraint(
            model_name='productreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 1), _negated=True), ('line__isnull', False), _connector='OR'), name='review_published_with_its_purchase'),
        ),
        migrations.AddConstraint(
            model_name='productreview',
            constraint=models.CheckConstraint(condition=models.Q(('status', 0), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='review_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='productreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 2), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('status', 2), _negated=True), ('reason', '')), _connector='OR'), name='review_refused_with_a_reason'),
        ),
        migrations.AddField(
            model_name='reply',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reply',
            name='review',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='reply', to='reviews.productreview'),
        ),
        migrations.AddField(
            model_name='reply',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='reply_says_something'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(('status', 0), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='reply_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 2), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('status', 2), _negated=True), ('reason', '')), _connector='OR'), name='reply_refused_with_a_reason'),
        ),
        migrations.RunSQL(GUARDS, BACK),
        watch_through('reviews_reply', 'product:{product_id}', of='reviews_productreview', by='review_id'),
    ]
