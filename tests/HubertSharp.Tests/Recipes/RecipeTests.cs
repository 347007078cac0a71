using System.Text.RegularExpressions;
using CsCheck;
using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Recipes;
using HubertSharp.Runs.Transcripts;

namespace HubertSharp.Tests.Recipes;

public sealed class RecipeTests : IDisposable
{
    private const string Good = """
        name: mine
        corpus: debian-zh-en
        iterations:
          - {features: mfcc, clusters: 100, config: hubert_small_cpu, overrides: [optimization.max_update=10]}
          - {features: hubert, layer: 3, clusters: 200, label_rate: 50, config: hubert_small_cpu}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recipe_reads_as_written()
    {
        var recipe = Read(Good);
        Assert.Equal(("mine", "debian-zh-en", 2), (recipe.Name, recipe.Corpus, recipe.Iterations.Count));
        Assert.Equal(("mfcc", null, 100, 100.0),
            (recipe.Iterations[0].Features, recipe.Iterations[0].Layer, recipe.Iterations[0].Clusters, recipe.Iterations[0].LabelRate));
        Assert.Equal(["optimization.max_update=10"], recipe.Iterations[0].Overrides);
        Assert.Equal(("hubert", 3, 50.0),
            (recipe.Iterations[1].Features, recipe.Iterations[1].Layer!.Value, recipe.Iterations[1].LabelRate));
        Assert.Equal(("auto", true), (recipe.Evaluation.Reference, recipe.Evaluation.Probe));
    }

    /// <summary>Labels of a layer have the rate of its model, which is the iteration's before.</summary>
    [Theory]
    [InlineData("hubert_mel_cpu", "model.frontend=mel40", 25)]
    [InlineData("hubert_mel_cpu", "model.frontend=mel20", 50)]
    [InlineData("hubert_small_cpu", "optimization.max_update=10", 50)]
    public void The_usual_label_rate_is_that_of_the_model_before(string config, string given, double expected)
    {
        var recipe = Read(Good.Replace("hubert_small_cpu, overrides: [optimization.max_update=10]", $"{config}, overrides: [{given}]")
            .Replace("label_rate: 50, ", ""));
        Assert.Equal(expected, recipe.Iterations[1].LabelRate);
    }

    [Fact]
    public void An_iteration_starts_from_random_weights_unless_the_recipe_says_otherwise()
    {
        Assert.Equal([false, false], Read(Good).Iterations.Select(i => i.StartsFromPrevious));
        Assert.Equal([false, true], Read(Good, "iterations.2.start=previous").Iterations.Select(i => i.StartsFromPrevious));
    }

    [Theory]
    [InlineData("own-smal", "own-smal: no such recipe, did you mean 'own-small'? (expected a YAML file or one of")]
    [InlineData("recipes/own_small.yaml", "no such recipe, did you mean 'own-small'?")]
    [InlineData("Demo.yml", "no such recipe, did you mean 'demo'?")]
    [InlineData("my-experiment.yaml", "no such recipe (expected a YAML file or one of")]
    [InlineData("hubert_small_cpu",
        "this is a configuration, not a recipe; train it with 'hubert pretrain --config-name hubert_small_cpu'")]
    public void A_recipe_that_is_not_there_is_named_with_what_was_meant(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserException>(() => RecipeFile.Read(name, [])).Message, StringComparison.Ordinal);

    /// <summary>What a bundled recipe leaves open is asked for in the form of the command line.</summary>
    [Fact]
    public void A_bundled_recipe_asks_for_its_corpus_as_the_command_line_takes_it() =>
        Assert.Equal("bundled own-small.yaml: 'corpus' has no value, such as 'corpus=DIR'",
            Assert.Throws<UserException>(() => RecipeFile.Read("own-small", [])).Message);

    [Fact]
    public void A_folder_in_the_place_of_a_recipe_is_told_where_it_belongs() =>
        Assert.EndsWith($"as in 'hubert pipeline own-small corpus={_folder.FullName}'",
            Assert.Throws<UserException>(() => RecipeFile.Read(_folder.FullName, [])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("iterations.1.start=previous", "start (expected scratch in the first iteration, found 'previous')")]
    [InlineData("iterations.2.start=last", "start (expected scratch or previous, found 'last')")]
    [InlineData("iterations.2.config=hubert_mel_cpu", "start (expected the network of the iteration before (waveform, 4 layers of 256, ")]
    public void A_start_that_cannot_be_is_refused_before_the_first_training(string change, string expected)
    {
        var fault = Assert.Throws<UserException>(() => Read(Good, "iterations.2.start=previous", change));
        Assert.Contains(expected, fault.Message);
    }

    [Fact]
    public void The_command_line_wins()
    {
        var recipe = Read(Good, "corpus=other", "iterations.2.clusters=50", "optimization.lr=[0.1]",
            "iterations.1.optimization.max_update=3", "evaluation.layers=[2,4]", "evaluation.probe=false");
        Assert.Equal(("other", 50, false), (recipe.Corpus, recipe.Iterations[1].Clusters, recipe.Evaluation.Probe));
        Assert.Equal(["optimization.max_update=10", "optimization.lr=[0.1]", "optimization.max_update=3"], recipe.Iterations[0].Overrides);
        Assert.Equal(["optimization.lr=[0.1]"], recipe.Iterations[1].Overrides);
        Assert.Equal([2, 4], recipe.Evaluation.Layers);
    }

    [Theory]
    [InlineData("../..")]
    [InlineData("a/b")]
    [InlineData("/abs")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\\\\b")] // as YAML writes one backslash
    [InlineData("a\\tb")]
    [InlineData("a\\0b")]
    public void A_name_is_one_plain_part_of_a_path(string name) =>
        Assert.Contains("recipe.yaml:1: name (expected one plain folder name",
            Assert.Throws<UserException>(() => Read(Good.Replace("name: mine", $"name: \"{name}\""))).Message);

    [Theory]
    [InlineData("普通话 1.5")]
    [InlineData("...")]
    [InlineData("base-zh_en.v2")]
    public void Other_names_are_taken(string name) => Assert.Equal(name, Read(Good.Replace("mine", name)).Name);

    [Theory]
    [MemberData(nameof(Bundled))]
    public void Every_bundled_recipe_is_whole_and_its_configurations_load(string name)
    {
        var recipe = RecipeFile.Read(name, ["corpus=DIR"]);
        Assert.True(recipe.Iterations.Count > 0 != recipe.Start is not null); // its own model, or that of another pipeline
        foreach (var iteration in recipe.Iterations)
            Assert.NotNull(ConfigLoader.Load(iteration.Config, [.. iteration.Overrides, "task.data=D", "task.label_dir=D",
                "task.labels=[km]", "model.label_rate=50", "checkpoint.save_dir=D"]).Value);
    }

    /// <summary>The part that ends a road: labels of one's own, or made of transcripts.</summary>
    [Fact]
    public void A_fine_tuning_is_a_part_of_its_own()
    {
        Assert.Null(Read(Good).Finetuning);
        Assert.Equal("finetune_small_cpu", Read(Good + "\nfinetune:\n").Finetuning!.Config);
        Directory.CreateDirectory(_folder.At("letters"));
        var given = Read(Good + "\nfinetune: {labels: letters, overrides: [optimization.max_update=7]}\nevaluation: {every: 5}",
            "finetune.optimization.lr=[0.002]", "evaluation.finetune_updates=20", "evaluation.curve_probe=false", "optimization.lr=[0.1]");
        Assert.Equal((_folder.At("letters"), 20, false),
            (given.Finetuning!.Labels, given.Evaluation.FinetuneUpdates, given.Evaluation.CurveProbe));
        Assert.Equal(["optimization.max_update=7", "optimization.lr=[0.002]"], given.Finetuning.Overrides); // the iterations' stay theirs
        var made = Read(Good, "finetune.units=tokens", "finetune.digits=keep").Finetuning!;
        Assert.Equal((null, TextUnits.Tokens, TextPolicy.Keep), (made.Labels, made.Units, made.Digits));
    }

    [Theory]
    [InlineData("finetune.units=words", "units (expected letters or characters or mixed or tokens, found 'words')")]
    [InlineData("finetune.unit=tokens", "did you mean 'units'?")]
    [InlineData("finetune.optimization.max_updates=3", "max_update")]
    [InlineData("finetune.task.data=x", "'task.data' is set by the pipeline itself")]
    [InlineData("finetune.model.w2v_path=x", "'model.w2v_path' is set by the pipeline itself")]
    [InlineData("finetune.config=nowhere", "nowhere")]
    [InlineData("evaluation.finetune_updates=9", "finetune_updates (expected 0, or a part 'finetune' that says what is learnt, found 9)")]
    [InlineData("finetune.labels=x finetune.units=tokens", "units (expected none, because 'labels' has its own, found a value)")]
    [InlineData("finetune.units=tokens evaluation.finetune_updates=9", "finetune_updates (expected 0, or 'every' that says which")]
    public void What_a_fine_tuning_cannot_have_is_told_before_the_first_stage(string overrides, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserException>(() => Read(Good, overrides.Split(' '))).Message, StringComparison.Ordinal);

    /// <summary>Tokenizers go on from the recipe's own model, or from a pipeline that has come to its end.</summary>
    [Fact]
    public void Tokenizers_are_a_part_of_their_own()
    {
        Assert.Null(Read(Good).Tokenizers);
        var own = Read(Good, "tokenizers.optimization.max_update=700", "optimization.lr=[0.1]").Tokenizers!;
        Assert.Equal(("hubert mfcc none", "best", "tokenizer_small_cpu"), (string.Join(' ', own.Teachers), own.Layer, own.Config));
        Assert.Equal(["optimization.max_update=700"], own.Overrides); // the iterations' stay theirs
        Directory.CreateDirectory(_folder.At("finished"));
        var later = Read("name: later\nstart: finished\ntokenizers: {teachers: [hubert, none], layer: 2, quantizers: [1, 8], examples: 2}",
            "tokenizers.layer=avg");
        Assert.Equal((_folder.At("finished"), "", 0), (later.Start, later.Corpus, later.Iterations.Count));
        Assert.Equal(("hubert none", "avg", "1 8", 2), (string.Join(' ', later.Tokenizers!.Teachers), later.Tokenizers.Layer,
            string.Join(' ', later.Tokenizers.Quantizers), later.Tokenizers.Examples));
        Assert.Equal("other", Read("name: later\nstart: finished\ntokenizers:\n", "corpus=other").Corpus);
    }

    [Theory]
    [InlineData("tokenizers: {teachers: [huber]}", "teachers (expected some of hubert, mfcc, none, each once, found 'huber')")]
    [InlineData("tokenizers: {layer: last}", "layer (expected best, avg or a layer from 1, found 'last')")]
    [InlineData("tokenizers: {quantizers: [0]}", "quantizers (expected whole numbers from 1 to 255, found '0')")]
    [InlineData("tokenizers: {quantizers: [1, 8], overrides: [model.n_q=4]}", "quantizers (expected numbers up to 4, model.n_q, found 8)")]
    [InlineData("tokenizers: {teacher: [hubert]}", "did you mean 'teachers'?")]
    [InlineData("tokenizers: {overrides: [task.teacher=mfcc]}", "'task.teacher' is set by the pipeline itself")]
    [InlineData("tokenizers: {overrides: [model.n_filter=3]}", "model.n_filters")]
    [InlineData("evaluation: {every: 5}\ntokenizers:\n", "every (expected none, because 'start' was evaluated, found a value)")]
    [InlineData("iterations: [{features: mfcc, clusters: 9, config: hubert_small_cpu}]\ntokenizers:\n",
        "start (expected none beside 'iterations', found 'finished')")]
    [InlineData("seed: 1", "start (expected a part 'tokenizers' or 'finetune' that goes on from it, found neither)")]
    public void What_goes_on_from_another_pipeline_is_checked_before_the_first_stage(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<UserException>(() => Read("name: later\nstart: finished\n" + text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_setting_of_a_training_that_is_not_there_is_told_where_it_belongs() =>
        Assert.Contains("unknown key 'optimization.max_update', did you mean 'tokenizers.optimization.max_update'?",
            Assert.Throws<UserException>(() => Read("name: later\nstart: finished\ntokenizers:\n", "optimization.max_update=9")).Message,
            StringComparison.Ordinal);

    public static TheoryData<string> Bundled() => [.. RecipeFile.Names];

    [Fact]
    public void The_demo_is_bundled() => Assert.Equal(["base-zh-en", "demo", "minute", "own-small", "small-cpu", "tokenizer-zh-en"],
        RecipeFile.Names);

    [Fact]
    public void A_corpus_beside_the_recipe_is_found()
    {
        Directory.CreateDirectory(_folder.At("speech"));
        Assert.Equal(_folder.At("speech"), Read(Good.Replace("debian-zh-en", "speech")).Corpus);
    }

    [Theory]
    [InlineData("nam: x",
        "recipe.yaml:1: unknown key 'nam', did you mean 'name'?; recipe.yaml: 'name' has no value, such as 'name: demo'; recipe.yaml: "
        + "'corpus' has no value, such as 'corpus: DIR'; recipe.yaml: 'iterations' has no value, such as 'iterations: [{features: mfcc, "
        + "clusters: 100, config: hubert_small_cpu}]'")]
    [InlineData("- 1", "recipe.yaml: a recipe (expected a mapping, found a list of 1)*")]
    [InlineData("name: {a: b}\ncorpus: c\niterations: [{features: mfcc, clusters: 9, config: hubert_small_cpu}]",
        "recipe.yaml:1: name (expected text, found a mapping with 'a')")]
    [InlineData("name: a\ncorpus: ???\niterations: [{features: mfcc, clusters: 9, config: hubert_small_cpu}]",
        "recipe.yaml: 'corpus' has no value, such as 'corpus=DIR'")]
    [InlineData("name: a\ncorpus: c\niterations: [{features: fbank, clusters: 1, config: hubert_small_cpu}]",
        "recipe.yaml:3: features (expected mfcc or hubert, found 'fbank'); recipe.yaml:3: clusters (expected a whole number from "
        + "2 to 100000, found '1')")]
    [InlineData("name: a\ncorpus: c\niterations: [{features: hubert, clusters: 9, config: hubert_small_cpu}]",
        "recipe.yaml:3: features of the first iteration (expected mfcc, found hubert, but there is no model yet); recipe.yaml:3: "
        + "'layer' has no value, such as 'layer: 6'")]
    [InlineData("name: a\ncorpus: c\niterations: [{features: mfcc, cluster: 9, config: hubert_small_cpu, overrides: [task.data=x]}]",
        "recipe.yaml:3: unknown key 'iterations.cluster', did you mean 'clusters'?; recipe.yaml:3: 'task.data' is set by the pipeline "
        + "itself; remove it; recipe.yaml:3: 'clusters' has no value, such as 'clusters: 100'")]
    [InlineData(
        "name: a\ncorpus: c\niterations: [{features: mfcc, clusters: 9, config: hubert_small_cpu}]\nevaluation: {probe: "
        + "maybe, layers: [x]}",
        "recipe.yaml:4: layers (expected all, or layers from 1, found 'x'); recipe.yaml:4: probe (expected true or false, found 'maybe')")]
    public void Faults_are_gathered_with_their_places(string text, string expected)
    {
        var fault = Assert.Throws<UserException>(() => Read(text));
        var message = Regex.Replace(fault.Message.Replace(_folder.FullName + "/", ""), @"\A\d+ faults in the recipe: |\(\d+\) ", "");
        if (expected.EndsWith('*'))
            Assert.StartsWith(expected[..^1], message);
        else
            Assert.Equal(expected, message);
    }

    [Fact]
    public void Faults_of_the_recipe_and_of_its_configurations_come_together()
    {
        var message = Assert.Throws<UserException>(() =>
            Read(Good, "iterations.1.cluster=4", "model.dropot=0.1", "iterations.2.optimization.max_update=x")).Message;
        Assert.Equal("3 faults in the recipe: (1) command line: unknown key 'iterations.1.cluster', did you mean 'clusters'?; "
            + "(2) command line: unknown key 'model.dropot', the nearest known key is 'model.dropout'; "
            + "(3) command line: optimization.max_update expected a whole number of 0 or more, found 'x'", message);
    }

    [Theory]
    [InlineData("clusters", "command line: 'clusters' (expected key=value, such as iterations.1.clusters=50)")]
    [InlineData("corpsu=x", "command line: unknown key 'corpsu', did you mean 'corpus'?")]
    [InlineData("iteration.1.clusters=4", "command line: unknown key 'iteration.1.clusters', did you mean 'iterations.1.clusters'?")]
    [InlineData("evaluations.probe=false", "command line: unknown key 'evaluations.probe', did you mean 'evaluation.probe'?")]
    [InlineData("iterations.3.clusters=4",
        "command line: iterations.3.clusters (expected an iteration from 1 to 2); iterations are added in the recipe")]
    [InlineData("iterations.1.cluster=4", "command line: unknown key 'iterations.1.cluster', did you mean 'clusters'?")]
    [InlineData("evaluation.layers=[", "command line: layers (expected a list, found '[')")]
    public void A_bad_override_is_named(string argument, string expected) =>
        Assert.Equal(expected, Assert.Throws<UserException>(() => Read(Good, argument)).Message);

    [Fact]
    public void Any_text_ends_in_a_recipe_or_a_message() =>
        Gen.Char[" \n:-[]{}&*!|>'\"#%@,?abc019"].Array[0, 60].Sample(characters =>
        {
            try
            {
                RecipeReader.Read(
                    Runs.Yaml.YamlReader.ReadText(Good[..(characters.Length * 3)] + new string(characters), "x"), "x", null, []);
            }
            catch (UserException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }, iter: 3000);

    private Recipe Read(string text, params string[] overrides) => RecipeFile.Read(_folder.Write("recipe.yaml", text), overrides);
}
