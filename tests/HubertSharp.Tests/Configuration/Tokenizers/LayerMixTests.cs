using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Tokenizers;

namespace HubertSharp.Tests.Configuration.Tokenizers;

public sealed class LayerMixTests
{
    private static readonly float[][] s_states = [[1, 2], [10, 20], [100, 200]];

    [Theory]
    [InlineData("avg", "mean of all hidden states", 0, new float[] { 37, 74 })]
    [InlineData("1:1", "sum of hidden states 1:1", 1, new float[] { 10, 20 })]
    [InlineData("2:0.5,0:-1", "sum of hidden states 0:-1, 2:0.5", 2, new float[] { 49, 98 })]
    public void Hidden_states_are_added_up_with_their_weights(string text, string described, int deepest, float[] expected)
    {
        var mix = LayerMix.Parse(text)!;
        Assert.Equal(expected, mix.Of(s_states));
        Assert.Equal((described, deepest), (mix.ToString(), mix.Deepest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4")]
    [InlineData("Avg")]
    [InlineData("4:")]
    [InlineData("4:0.5,")]
    [InlineData("4:0.5,4:0.5")]
    [InlineData("-1:0.5")]
    [InlineData("4:nan")]
    [InlineData("4:1e99")]
    [InlineData("4:0,6:0")]
    [InlineData("4:0.5 6:0.5")]
    public void Anything_else_is_none(string text) => Assert.Null(LayerMix.Parse(text));

    [Fact]
    public void A_run_keeps_what_was_asked_for()
    {
        using var folder = new TemporaryFolder();
        var config = ConfigLoader.Load<TokenizerTrainingConfig>("tokenizer_small_cpu",
            ["task.data=data", "task.teacher=m", "checkpoint.save_dir=r", "task.teacher_layer=4:0.25,6:0.75"]);
        Assert.Equal("4:0.25,6:0.75", ((TokenizerTrainingConfig)ConfigLoader.LoadAnyRun(folder.Write("c.yaml", config.ToYaml())).Shared)
            .Task.TeacherLayer);
    }
}
