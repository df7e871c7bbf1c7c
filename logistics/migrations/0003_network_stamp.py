import django.contrib.postgres.functions
from django.conf import settings
from django.db import migrations, models


RENEW = """
CREATE FUNCTION renew_network_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE logistics_networkstamp SET stamp = gen_random_uuid();
    RETURN NULL;
END $$;
INSERT INTO logistics_networkstamp (id) VALUES (1);
CREATE TRIGGER logistics_node_renews_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON logistics_node
    FOR EACH STATEMENT EXECUTE FUNCTION renew_network_stamp();
CREATE TRIGGER logistics_leg_renews_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON logistics_leg
    FOR EACH STATEMENT EXECUTE FUNCTION renew_network_stamp();
"""
LEAVE = """
DROP TRIGGER logistics_leg_renews_stamp ON logistics_leg;
DROP TRIGGER logistics_node_renews_stamp ON logistics_node;
DROP FUNCTION renew_network_stamp();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0033_oasis'),
        ('logistics', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NetworkStamp',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('stamp', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID())),
            ],
        ),
        migrations.AddField(
            model_name='shipment',
            name='cancelled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='reservation',
            name='state_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='hop',
            index=models.Index(condition=models.Q(('out_at__isnull', True)), fields=['origin', 'planned_depart_at'], name='hop_to_send'),
        ),
        migrations.AddIndex(
            model_name='hop',
            index=models.Index(condition=models.Q(('in_at__isnull', True)), fields=['destination', 'planned_arrive_at'], name='hop_to_take_in'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('depart_minute__lte', 1439)), name='leg_departs_within_day'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('weekdays__contained_by', [0, 1, 2, 3, 4, 5, 6])), name='leg_weekdays'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('origin', models.F('destination')), _negated=True), name='leg_joins_two_nodes'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('open_from__isnull', True), ('open_until__isnull', True), ('open_from__lte', models.F('open_until')), _connector='OR'), name='leg_opens_before_it_closes'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.CheckConstraint(condition=models.Q(('cut_off_minute__gte', 1), ('cut_off_minute__lte', 1440)), name='node_cut_off_within_day'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.CheckConstraint(condition=models.Q(('open_from__isnull', True), ('open_until__isnull', True), ('open_from__lte', models.F('open_until')), _connector='OR'), name='node_opens_before_it_closes'),
        ),
        migrations.AddConstraint(
            model_name='networkstamp',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='network_stamp_is_one_row'),
        ),
        migrations.RunSQL(RENEW, LEAVE),
    ]
