using HubertSharp.Tests;

[assembly: AssemblyFixture(typeof(TestEnvironment))]

namespace HubertSharp.Tests;

/// <summary>What the tests add to the environment of their process: once, before the first of them, since it belongs to all.</summary>
public sealed class TestEnvironment
{
    /// <summary>Names a secret that configurations ask for.</summary>
    public const string Variable = "HUBERTSHARP_TEST_SECRET";

    /// <summary>What no page and no file may show.</summary>
    public const string Secret = "s3cret-of-the-environment";

    public TestEnvironment() => Environment.SetEnvironmentVariable(Variable, Secret);
}
