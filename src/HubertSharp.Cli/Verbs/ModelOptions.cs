using System.CommandLine;
using HubertSharp.Models;

namespace HubertSharp.Cli.Verbs;

/// <summary>Options that every verb with a model has.</summary>
internal static class ModelOptions
{
    public static Option<ComputePrecision> Precision()
    {
        var option = new Option<ComputePrecision>("--precision")
        {
            Description = "float32 (the reference), or bf16: several times faster on CPUs that multiply it, at three digits.",
            DefaultValueFactory = _ => ComputePrecision.Float32,
            CustomParser = result => result.Tokens[0].Value == "bf16" ? ComputePrecision.BFloat16 : ComputePrecision.Float32,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("float32" or "bf16") } token])
                result.AddError($"--precision: expected float32 or bf16, found '{token.Value}'");
        });
        return option;
    }
}
