using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;

namespace HubertSharp.Tests.Configuration;

/// <summary><c>_name</c> chooses a group's record: its keys, its defaults, its rules.</summary>
public sealed class ChosenRecordTests : IDisposable
{
    private static readonly string[] Given = ["task.data=/d", "task.label_dir=/l", "task.labels=[km]", "model.label_rate=100"];
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("polynomial_decay",
        "warmup_updates=32000 force_anneal=null end_learning_rate=0 power=1 total_num_update=400000 lr=[0.0005]")]
    [InlineData("tri_stage", "warmup_steps=0 hold_steps=0 decay_steps=9 phase_ratio=null init_lr_scale=0.01 final_lr_scale=0.01 "
        + "max_update=400000 lr=[0.0005]", "decay_steps=9")]
    [InlineData("cosine", "warmup_updates=32000 warmup_init_lr=-1 min_lr=0 t_mult=1 lr_period_updates=-1 lr_shrink=0.1 max_update=400000 "
        + "lr=[0.0005]")]
    [InlineData("fixed", "force_anneal=null lr_shrink=0.1 warmup_updates=32000 lr=[0.0005]")]
    [InlineData("inverse_sqrt", "warmup_updates=32000 warmup_init_lr=-1 lr=[0.0005]")]
    public void A_schedules_keys_and_defaults_are_fairseqs(string name, string expected, string? more = null)
    {
        string[] overrides = [.. Given, $"lr_scheduler._name={name}", .. more is null ? [] : new[] { $"lr_scheduler.{more}" }];
        var config = ConfigLoader.Load("hubert_base_librispeech", overrides);
        var entries = config.Entries.Where(e => e.Key.StartsWith("lr_scheduler.", StringComparison.Ordinal)).ToArray();
        Assert.Equal($"_name={name} {expected}".Split(' '), entries.Select(e => $"{e.Key["lr_scheduler.".Length..]}={e.Value}"));
        Assert.Equal("command line", entries[0].Origin);
        var again = ConfigLoader.Load(_folder.Write("again.yaml", config.ToYaml()), []);
        Assert.Equal(config.Entries.Select(e => (e.Key, e.Value)), again.Entries.Select(e => (e.Key, e.Value)));
        Assert.Equal(config.Value.LrScheduler.GetType(), again.Value.LrScheduler.GetType());
    }

    [Fact]
    public void A_record_chosen_later_leaves_out_what_it_does_not_have()
    {
        var config = ConfigLoader.Load("hubert_base_librispeech",
            [.. Given, "lr_scheduler=tri_stage", "lr_scheduler.phase_ratio=(0.1,0.4,0.5)", "optimizer._name=adamw"]);
        Assert.Equal((40_000, 160_000, 200_000), Assert.IsType<TriStageConfig>(config.Value.LrScheduler).Stages());
        Assert.Equal((0.9, 0.98), Assert.IsType<AdamWConfig>(config.Value.Optimizer).AdamBetas); // both have it
        var line = 1 + BundledConfigs.Find("hubert_base_librispeech")!.Split('\n').ToList().FindIndex(l => l.Contains("warmup_updates"));
        Assert.Contains("left out, lr_scheduler._name=tri_stage has no such key: lr_scheduler.warmup_updates (bundled "
            + $"hubert_base_librispeech.yaml:{line})", config.Notices);
    }

    [Theory]
    [InlineData("lr_scheduler:\n  warmup_steps: 5\n", "FILE:2: lr_scheduler.warmup_steps expected a key of "
        + "lr_scheduler._name=polynomial_decay, found one of tri_stage; choose that or remove the key")]
    [InlineData("lr_scheduler:\n  lr_shrink: 0.5\n  _name: tri_stage\n  decay_steps: 5\n", "FILE:2: lr_scheduler.lr_shrink expected a key "
        + "of lr_scheduler._name=tri_stage, found one of cosine or fixed; choose that or remove the key")]
    [InlineData("lr_scheduler:\n  _name: triangular\n  power: 2\n", "FILE:2: lr_scheduler._name expected polynomial_decay or tri_stage or "
        + "cosine or fixed or inverse_sqrt, found 'triangular'")]
    [InlineData("optimizer:\n  _name: sgd\n", "FILE:2: optimizer._name expected adam or adamw, found 'sgd'")]
    [InlineData("lr_scheduler:\n  _name: tri_stage\n", "default: lr_scheduler.decay_steps expected at least 1 update here, or a share in "
        + "lr_scheduler.phase_ratio, found 0")]
    [InlineData("lr_scheduler:\n  _name: tri_stage\n  phase_ratio: [0.5, 0.6, 0.1]\n", "FILE:3: lr_scheduler.phase_ratio expected three "
        + "shares that add up to 1 such as [0.1, 0.4, 0.5], found [0.5, 0.6, 0.1]")]
    [InlineData("lr_scheduler:\n  _name: tri_stage\n  phase_ratio: [0.1, 0.4, 0.5]\n",
        "default: lr_scheduler.max_update expected more than "
            + "0 updates for phase_ratio to divide, found 0")]
    [InlineData("lr_scheduler:\n  _name: cosine\n", "default: lr_scheduler.lr_period_updates expected a length here, or "
        + "optimization.max_update above the 0 updates of the warm-up, found -1")]
    [InlineData("optimization:\n  max_update: 9\nlr_scheduler:\n  _name: cosine\n  min_lr: 0.25\n", "FILE:5: lr_scheduler.min_lr expected "
        + "less than the peak of 0.25, found 0.25")]
    [InlineData("optimization:\n  lr: [1, 2]\nlr_scheduler:\n  _name: inverse_sqrt\n", "FILE:2: lr_scheduler.lr expected one rate "
        + "(fixed and polynomial_decay take one per epoch), found [1, 2]")]
    [InlineData("lr_scheduler:\n  _name: inverse_sqrt\n  warmup_updates: 0\n",
        "FILE:3: lr_scheduler.warmup_updates expected a whole number of 1 or more, found '0'")]
    [InlineData("lr_scheduler:\n  _name: cosine\n  max_update: 9\n  t_mult: ${lr_scheduler.power}\n",
        "FILE:4: lr_scheduler.t_mult refers to the unknown key 'lr_scheduler.power'")]
    public void A_fault_of_a_chosen_record_is_one_line(string yaml, string expected)
    {
        var path = _folder.Write("c.yaml", yaml);
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load(path, ["task.data=/d", "model.label_rate=100"])).Message;
        Assert.Equal(expected, error.Replace(path, "FILE", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_several_records_have_is_of_one_type()
    {
        foreach (var group in ConfigSchema.Of<HubertConfig>().Groups.Concat(ConfigSchema.Of<FinetuningShape>().Groups))
        {
            foreach (var key in group.Choices.SelectMany(c => c.Keys).GroupBy(k => k.Name))
                Assert.Single(key.Select(k => k.Type).Distinct());
        }
    }

    public void Dispose() => _folder.Dispose();
}
