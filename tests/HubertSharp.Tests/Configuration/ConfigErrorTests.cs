using HubertSharp.Runs;
using HubertSharp.Runs.Configuration;

namespace HubertSharp.Tests.Configuration;

/// <summary>The wording of every configuration fault, pinned.</summary>
public class ConfigErrorTests
{
    [Theory]
    [InlineData("model:\n  dropot: 0.1\n", "FILE:2: unknown key 'model.dropot', the nearest known key is 'model.dropout'")]
    [InlineData("modle:\n  dropout: 0.1\n", "FILE:1: unknown key 'modle', the nearest known key is 'model'")]
    [InlineData("dropout: 0.1\n", "FILE:1: unknown key 'dropout', the nearest known key is 'model.dropout'")]
    [InlineData("model:\n\n  encoder_layers: twelve\n",
        "FILE:3: model.encoder_layers expected a whole number from 1 to 1024, found 'twelve'")]
    [InlineData("model:\n  encoder_layers: 0\n", "FILE:2: model.encoder_layers expected a whole number from 1 to 1024, found '0'")]
    [InlineData("model:\n  dropout: [0.1]\n", "FILE:2: model.dropout expected a number from 0 to 1, found a list of 1")]
    [InlineData("model:\n  dropout: nan\n", "FILE:2: model.dropout expected a number from 0 to 1, found 'nan'")]
    [InlineData("model:\n  layer_norm_first: maybe\n", "FILE:2: model.layer_norm_first expected true or false, found 'maybe'")]
    [InlineData("model:\n  extractor_mode: group\n", "FILE:2: model.extractor_mode expected default or layer_norm, found 'group'")]
    [InlineData("model:\n  layer_type: conformer\n", "FILE:2: model.layer_type expected transformer, found 'conformer'")]
    [InlineData("model: [1]\n", "FILE:1: model expected keys and values, found a list of 1")]
    [InlineData("optimizer:\n  adam_betas: (0.9)\n",
        "FILE:2: optimizer.adam_betas expected two numbers from 0 to 1 such as (0.9,0.98), found '(0.9)'")]
    [InlineData("distributed_training:\n  ddp_comm_hook: fp16\n  reproducible: true\n",
        "FILE:2: distributed_training.ddp_comm_hook expected none while distributed_training.reproducible is true: one process rounds "
            + "nothing, so that several would differ from it, found fp16")]
    [InlineData("distributed_training:\n  ddp_comm_hook: powersgd\n",
        "FILE:2: distributed_training.ddp_comm_hook expected none or fp16 or bf16, found 'powersgd'")]
    [InlineData("optimizer:\n  adam_betas: (0.9,1)\n", "FILE:2: optimizer.adam_betas expected two numbers below 1, found (0.9,1)")]
    [InlineData("optimization:\n  lr: 0.1\n",
        "FILE:2: optimization.lr expected a list of numbers of 0 or more such as [0.0005], found '0.1'")]
    [InlineData("task:\n  data: null\n", "FILE:2: task.data expected text, found null")]
    [InlineData("model:\n  conv_feature_layers: '[(512,10,5] + x'\n",
        "FILE:2: model.conv_feature_layers expected ')' at character 11, found ']' in '[(512,10,5] + x'")]
    [InlineData("model:\n  conv_feature_layers: '__import__(\"os\")'\n",
        "FILE:2: model.conv_feature_layers expected '[' at character 1, found '_' in '__import__(\"os\")'")]
    [InlineData("model:\n  encoder_attention_heads: 7\n",
        "FILE:2: model.encoder_attention_heads expected a divisor of model.encoder_embed_dim = 768, found 7")]
    [InlineData("task:\n  sample_rate: 8000\n",
        "FILE:2: task.sample_rate expected 16000, because all audio is resampled to it, found 8000")]
    [InlineData("model:\n  label_rate: ${task.label_rate}\ntask:\n  label_rate: ${model.label_rate}\n",
        "FILE:2: the interpolation runs in a circle, model.label_rate -> task.label_rate -> model.label_rate; give one of them a value")]
    [InlineData("task:\n  label_rate: ${model.label_rat}\n",
        "FILE:2: task.label_rate refers to the unknown key 'model.label_rat', the nearest known key is 'model.label_rate'")]
    [InlineData("task:\n  data: ${task.labels\n", "FILE:2: task.data expected '}' after '${', found none")]
    [InlineData("task:\n  data: a${task.labels}\n", "FILE:2: task.data expected a single value in '${task.labels}', found a list of 1")]
    [InlineData("task:\n  data: 1\n  data: 2\n",
        "FILE:3: key 'data' for the second time (expected each key once, found the first in line 2); remove one of them")]
    [InlineData("task:\n\tdata: 1\n", null)]
    [InlineData("task: {data: !!python/object:os.system x}\n",
        "FILE:1: tag 'tag:yaml.org,2002:python/object:os.system' (expected plain YAML values, found a tagged one); remove the tag")]
    [InlineData("a: &a {b: *a}\n",
        "FILE:1: unknown alias '*a' (expected an anchor that is complete above it, found none); write the value out")]
    [InlineData("--- {}\n--- {}\n", "FILE:2: a second document begins (expected one YAML document, found several); remove the '---'")]
    [InlineData("- 1\n", "FILE:1: a configuration expected keys and values, found a list of 1")]
    [InlineData("defaults:\n  - model: huge\n    task: x\n",
        "FILE:2: defaults expected a list of 'group: name', found a mapping with 'model'")]
    [InlineData("defaults:\n  - absent\n",
        "FILE:2: the defaults list names 'absent.yaml', expected that file beside the configuration or a bundled name, found neither; "
        + "bundled are base_100h, base_10h, finetune_small_cpu, hubert_base_librispeech, hubert_large_librivox, hubert_mel_cpu, "
        + "hubert_small_cpu, hubert_xlarge_librivox, "
            + "speech_tokenizer_base, tokenizer_small_cpu")]
    public void Each_fault_says_where_and_what(string yaml, string? expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.yaml", yaml);
        string[] given = yaml.Contains("label_rate", StringComparison.Ordinal) ? [] : ["model.label_rate=100"];
        string[] data = yaml.Contains("data:", StringComparison.Ordinal) ? [] : ["task.data=/d"];
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load(path, [.. given, .. data]));
        var message = error.Message.Replace(path, "FILE", StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.StartsWith("FILE:", message, StringComparison.Ordinal);
        if (expected is not null)
            Assert.Equal(expected, message);
    }

    [Fact]
    public void All_faults_come_in_one_message()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.yaml", "model:\n  dropot: 0.1\n  encoder_layers: x\ntask:\n  data: ???\n");
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load(path, ["task.labels=km", "oops"]));
        Assert.Equal(
            "5 faults in the configuration: "
            + "(1) FILE:2: unknown key 'model.dropot', the nearest known key is 'model.dropout'; "
            + "(2) command line: 'oops' expected key=value, found no '='; "
            + "(3) command line: task.labels expected a list such as [km], found 'km'; "
            + "(4) FILE:3: model.encoder_layers expected a whole number from 1 to 1024, found 'x'; "
            + "(5) no value for task.data; give it as task.data=DIR",
            error.Message.Replace(path, "FILE", StringComparison.Ordinal));
    }

    [Fact]
    public void Unknown_names_get_the_nearest_bundled_one()
    {
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load("hubert_base_librispech", []));
        Assert.StartsWith(
            "no configuration 'hubert_base_librispech' (expected a YAML file or a bundled name); "
            + "the nearest bundled name is 'hubert_base_librispeech'; ", error.Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        error = Assert.Throws<UserException>(() => ConfigLoader.Load("hubert_base_librispeech", [], folder.FullName));
        Assert.Equal(
            $"{folder.FullName}: no configuration 'hubert_base_librispeech' (expected hubert_base_librispeech.yaml in the folder, "
            + $"found none); check --config-dir and --config-name", error.Message);
    }

    [Fact]
    public void A_recipe_is_told_from_a_configuration() =>
        Assert.StartsWith("'own-small' is a recipe, not a configuration (expected a YAML file or a bundled name); "
            + "run it with 'hubert pipeline own-small'; bundled configurations are ",
            Assert.Throws<UserException>(() => ConfigLoader.Load("own-small", [])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_circle_through_a_default_is_one_fault()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.yaml", "task:\n  data: /d\n  label_rate: ${model.label_rate}\n");
        var error = Assert.Throws<UserException>(() => ConfigLoader.Load(path, []));
        Assert.Equal(
            $"{path}:3: the interpolation runs in a circle, model.label_rate -> task.label_rate -> model.label_rate; "
            + $"give one of them a value", error.Message);
    }
}
