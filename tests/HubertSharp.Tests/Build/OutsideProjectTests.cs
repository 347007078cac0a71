using System.Diagnostics;
using HubertSharp.Tests.Pretraining;

namespace HubertSharp.Tests.Build;

/// <summary>A program somewhere else that references the library builds, loads a model and computes with it.</summary>
[Trait("Part", "e2e")]
public sealed class OutsideProjectTests : IDisposable
{
    private const string Program = """
        using HubertSharp.Interop;
        using HubertSharp.Models;

        using var model = HubertModel.Load(args[0]);
        using var layer = model.ExtractFeatures(new float[16000], [16000L], outputLayer: 1);
        System.Console.WriteLine(string.Join(",", layer.shape));
        """;

    private readonly TinyRun _run = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void It_loads_a_model()
    {
        _run.Train(null, "optimization.max_update=1");
        _folder.Write("Outside.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="{Path.Combine(Fixtures.RepositoryRoot(), "src", "HubertSharp", "HubertSharp.csproj")}" />
              </ItemGroup>
            </Project>
            """);
        _folder.Write("Program.cs", Program);
        // what it references is built already: building it from here would compile it under the tests that run from it
        Run("build", _folder.At("Outside.csproj"), "-c", "Release", "-p:BuildProjectReferences=false", "--nologo", "-v", "quiet");
        Assert.Equal("1,49,32", Run(_folder.At("bin", "Release", "net10.0", "Outside.dll"), _run.Folder));
    }

    private static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TMPDIR"); // where test.sh sets it, the compiler that is warm already is not found
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{output.Result}{error.Result}");
        return output.Result.Trim();
    }

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }
}
