using HubertSharp.Runs.Configuration;
using HubertSharp.Runs.Configuration.Groups;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.Tests.Training;

public class PrecisionChoiceTests
{
    [Theory]
    [InlineData(null, null, false, true, ComputePrecision.BFloat16, "the default")]
    [InlineData(null, null, true, true, ComputePrecision.BFloat16, "GPU")]
    [InlineData(null, null, false, false, ComputePrecision.Float32, "neither AVX512-BF16 nor AMX")]
    [InlineData(false, null, false, true, ComputePrecision.Float32, "common.bf16 is false")]
    [InlineData(null, false, true, true, ComputePrecision.Float32, "common.fp16 is false")]
    [InlineData(false, false, true, true, ComputePrecision.Float32, "common.bf16 is false")]
    [InlineData(true, null, false, true, ComputePrecision.BFloat16, "common.bf16 is true")]
    [InlineData(true, true, true, true, ComputePrecision.BFloat16, "common.bf16 is true")]
    [InlineData(true, false, false, false, ComputePrecision.Float32, "common.bf16 is true, but")]
    [InlineData(null, true, true, true, ComputePrecision.Float16, "loss scale")]
    [InlineData(false, true, true, true, ComputePrecision.Float16, "loss scale")]
    [InlineData(false, true, false, true, ComputePrecision.BFloat16, "common.fp16 is true, which a processor computes as bf16")]
    [InlineData(null, true, false, false, ComputePrecision.Float32, "common.fp16 is true, but")]
    public void What_was_given_decides_and_the_hardware_where_nothing_was(
        bool? bf16, bool? fp16, bool cuda, bool multiplies, ComputePrecision expected, string why)
    {
        var (precision, text) = PrecisionChoice.For(new CommonConfig { Bf16 = bf16, Fp16 = fp16 }, cuda, multiplies);
        Assert.Equal(expected, precision);
        Assert.Contains(why, text);
    }

    [Fact]
    public void What_nobody_gave_is_shown_as_such()
    {
        string[] given = ["task.data=/d", "task.label_dir=/l", "model.label_rate=100", "checkpoint.save_dir=/r"];
        var silent = ConfigLoader.Load("hubert_small_cpu", given);
        Assert.Equal(("null", "default"), silent.Entries.Where(e => e.Key == "common.bf16").Select(e => (e.Value, e.Origin)).Single());
        Assert.Null(silent.Value.Common.Fp16);
        Assert.False(ConfigLoader.Load("hubert_small_cpu", [.. given, "common.bf16=false"]).Value.Common.Bf16);
    }
}
