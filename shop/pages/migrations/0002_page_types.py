"""The pages editors own, their bodies made of blocks. A text page's words stay where they are until 0003."""

import django.db.models.deletion
import shop.pages.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0034_search'),
        ('pages', '0001_oasis'),
        ('partner', '0008_oasis'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', wagtail.fields.RichTextField(blank=True, verbose_name='first words')),
                ('body', shop.pages.fields.BodyField([], blank=True, verbose_name='blocks')),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page',),
        ),
        migrations.AddField(
            model_name='homepage',
            name='body',
            field=shop.pages.fields.BodyField([], blank=True, verbose_name='blocks'),
        ),
        migrations.AddField(
            model_name='homepage',
            name='picture',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture'),
        ),
        migrations.AddField(
            model_name='homepage',
            name='picture_alt',
            field=models.CharField(blank=True, help_text='Read to people who do not see it.', max_length=200, verbose_name='what the picture shows'),
        ),
        migrations.AlterField(
            model_name='homepage',
            name='lead',
            field=wagtail.fields.RichTextField(blank=True, verbose_name='first words'),
        ),
        migrations.AddField(
            model_name='textpage',
            name='blocks',
            field=shop.pages.fields.BodyField([], blank=True, verbose_name='blocks'),
        ),
        migrations.AlterField(
            model_name='textpage',
            name='lead',
            field=wagtail.fields.RichTextField(blank=True, verbose_name='first words'),
        ),
        migrations.CreateModel(
            name='CountyPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', wagtail.fields.RichTextField(blank=True, verbose_name='first words')),
                ('body', shop.pages.fields.BodyField([], blank=True, verbose_name='blocks')),
                ('picture_alt', models.CharField(blank=True, help_text='Read to people who do not see it.', max_length=200, verbose_name='what the picture shows')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture')),
                ('place', models.ForeignKey(limit_choices_to={'code__startswith': '65', 'level': 'county'}, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalogue.place', verbose_name='county')),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='StoryPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', wagtail.fields.RichTextField(blank=True, verbose_name='first words')),
                ('body', shop.pages.fields.BodyField([], blank=True, verbose_name='blocks')),
                ('picture_alt', models.CharField(blank=True, help_text='Read to people who do not see it.', max_length=200, verbose_name='what the picture shows')),
                ('partner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partner.partner', verbose_name='supplier')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture')),
            ],
            options={
                'abstract': False,
            },
            bases=('wagtailcore.page', models.Model),
        ),
        migrations.CreateModel(
            name='CampaignPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('lead', wagtail.fields.RichTextField(blank=True, verbose_name='first words')),
                ('body', shop.pages.fields.BodyField([], blank=True, verbose_name='blocks')),
                ('picture_alt', models.CharField(blank=True, help_text='Read to people who do not see it.', max_length=200, verbose_name='what the picture shows')),
                ('first_date', models.DateField(verbose_name='first day')),
                ('last_date', models.DateField(verbose_name='last day')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_date__gte', models.F('first_date'))), name='campaign_ends_after_it_begins')],
            },
            bases=('wagtailcore.page', models.Model),
        ),
    ]
